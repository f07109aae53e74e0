"""The intrinsic table: every primitive operation of MIR, once.

An ``intrinsic fn`` of the library (``core::intrinsics::NAME``, or a method declared ``intrinsic fn m`` in an impl for the built-in type T, whose
name is then ``T_m``) and every operator on a primitive type is one of these operations. Signatures are those of the declarations in
``rusk/library/core``; the columns here say what optimisation and code generation need to know. No intrinsic builds an enum: functions that
return ``Option`` are Rusk code over these.

Kinds: "pure" (no trap, no memory read, no allocation), "trap" (pure but may trap), "read" (reads mutable memory; may trap),
"write" (changes memory; may trap), "alloc" (makes a fresh object; otherwise pure; may trap).
"""

from __future__ import annotations

from typing import Final


def _table() -> dict[str, str]:
    t: dict[str, str] = {}
    for kind, names in (
        # --- scalars
        ("pure", "int_add int_sub int_mul int_neg int_and int_or int_xor int_not"),
        ("trap", "int_div int_mod int_shl int_shr int_ushr"),
        ("pure", "int_eq int_ne int_lt int_le int_gt int_ge"),
        ("pure", "bool_not bool_eq bool_ne bool_and bool_or bool_xor bool_lt bool_le bool_gt bool_ge"),
        ("pure", "byte_and byte_or byte_xor byte_not byte_eq byte_ne byte_lt byte_le byte_gt byte_ge"),
        ("trap", "byte_shl byte_shr byte_ushr"),
        ("pure", "char_eq char_ne char_lt char_le char_gt char_ge"),
        ("pure", "float_add float_sub float_mul float_div float_mod float_neg"),
        ("pure", "float_eq float_ne float_lt float_le float_gt float_ge"),
        ("pure", "unit_eq unit_ne"),
        ("pure", "int_to_byte byte_to_int char_to_int int_to_float"),
        ("trap", "int_to_char float_to_int int_pow"),
        # whether float_to_int / int_to_char would not trap
        ("pure", "__float_fits_int __int_is_char"),
        ("pure", "float_floor float_ceil float_round float_trunc float_sqrt float_abs float_pow float_to_bits __float_from_bits"),
        ("pure", "__math_sin __math_cos __math_tan __math_asin __math_acos __math_atan __math_exp __math_ln __math_log2 __math_log10"),
        ("pure", "__math_cbrt __math_atan2 __math_hypot"),
        ("pure", "int_count_ones int_leading_zeros"),
        # --- strings and bytes (immutable)
        ("alloc", "string_concat bytes_concat"),
        ("pure", "string_eq string_ne string_lt string_le string_gt string_ge"),
        ("pure", "bytes_eq bytes_ne bytes_lt bytes_le bytes_gt bytes_ge bytes_len"),
        ("alloc", "int_to_string float_to_string bool_to_string byte_to_string char_to_string unit_to_string bytes_to_string"),
        # slices: an end of -1 stands for None (other negative ends trap as written in 07 §11)
        ("alloc", "__string_slice __string_byte_slice __bytes_slice"),
        ("trap", "string_next_index string_codepoint_at"),
        ("pure", "__string_byte_len"),
        # character at a byte offset known to be a boundary; its length in bytes; both unchecked forms are verified by the engine
        ("trap", "__string_char_at_byte __string_next_byte"),
        ("alloc", "string_from_chars string_from_utf8 string_to_utf8_bytes __string_from_utf16"),
        ("pure", "__utf8_valid"),
        ("read", "__utf16_valid"),
        ("alloc", "bytes_to_array bytes_from_array"),
        # --- text methods. Offsets are in bytes, -1: not found; `__string_chars`: number of characters in the first n bytes;
        # `__string_offset`: where a character begins; `__string_at`: whether a string stands at an offset; `__string_cut`: a slice by offsets
        ("pure", "__string_find __string_rfind __bytes_find __string_chars __string_offset __string_at"),
        ("alloc", "__string_cut"),
        ("alloc", "string_to_chars __string_split string_split_space string_lines __string_join __string_repeat"),
        ("alloc", "string_trim string_trim_start string_trim_end string_to_upper string_to_lower char_to_upper char_to_lower"),
        ("pure", "char_is_digit char_is_alpha char_is_alnum char_is_space char_is_upper char_is_lower"),
        ("pure", "__float_parse_ok __int_parse_ok"),
        ("pure", "__float_parse __int_parse"),
        ("pure", "hash_int hash_string hash_bytes hash_combine"),
        # --- arrays
        ("read", "array_len"),
        ("write", "array_push array_clear array_resize array_insert array_remove array_extend __array_pop_last"),
        ("alloc", "array_concat array_slice array_slice_ro"),
        # --- byte buffers for text and JSON: append the UTF-8 of a string, bytes, or a quoted and escaped JSON string to a [byte]; the text of a
        # [byte] (lossy)
        ("write", "__bytes_push_string __bytes_push_bytes __bytes_push_json"),
        ("write", "__bytes_push_int __bytes_push_float __bytes_push_char"),
        ("alloc", "__string_from_byte_array"),
        # tokens of JSON in bytes, see the opcodes
        ("pure", "__json_next __json_number __json_int __json_float __json_string"),
        ("alloc", "__json_text"),
        ("alloc", "__float_to_fixed"),
        # --- sorting arrays of elements that the engine can compare (`__array_native`, decided by mono)
        ("pure", "__array_native"),
        ("write", "__array_sort __array_order"),
        # --- maps whose keys the engine knows (`__map_native`, decided by mono), and the index of all others: rusk/library/core/map.rusk
        ("pure", "__map_native"),
        ("read", "__map_find __map_probe"),
        ("write", "__map_enter __map_append __map_forget __map_adopt __map_rebuild"),
        # library names of operations on views, see mono
        ("write", "__array_extend_ro"),
        ("alloc", "__array_concat_ro __to_string"),
        # --- other
        ("trap", "panic"),
        ("alloc", "opaque_to_string"),
    ):  # fmt: skip
        for name in names.split():
            t[name] = kind
    return t


#: name -> kind
INTRINSICS: Final[dict[str, str]] = _table()
