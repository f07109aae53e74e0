"""The text form of the tree."""

from __future__ import annotations

from syntax_helpers import parse_ok

from rusk.syntax.dump import dump

TEXT = """pub fn f<T: A>(readonly x: T, (a, ..): (int, bool)) -> Option<int> {
    let y = true;
    g(-1, P { x: 'c' });
    match x { Some(v) => f"a{v}", @I.op(_) -> k => k() }
}
use a::b as c;
derive A + B for T;
"""

EXPECTED = """\
File [1:1-8:1]
  items:
    FnDecl kind='fn' name='f' is_pub [1:1-5:2]
      generics:
        GenericParam name='T' arity=0 [1:10-1:14]
          bounds:
            TyPath A [1:13-1:14]
      params:
        Param readonly [1:16-1:29]
          pattern: PatBind name='x' [1:25-1:26]
          ty: TyPath T [1:28-1:29]
        Param [1:31-1:51]
          pattern: PatTuple rest=1 [1:31-1:38]
            elems:
              PatBind name='a' [1:32-1:33]
          ty: TyTuple [1:40-1:51]
            elems:
              TyPrim name='int' [1:41-1:44]
              TyPrim name='bool' [1:46-1:50]
      ret: TyPath [1:56-1:67]
        segments:
          PathSegment name='Option' [1:56-1:67]
            args:
              TyPrim name='int' [1:63-1:66]
      body: Block [1:68-5:2]
        stmts:
          Let kind='let' [2:5-2:18]
            pattern: PatBind name='y' [2:9-2:10]
            init: BoolLit value [2:13-2:17]
          ExprStmt has_semi [3:5-3:25]
            expr: Call [3:5-3:24]
              callee: Path g [3:5-3:6]
              args:
                IntLit value=-1 negated [3:7-3:9]
                StructLit P [3:11-3:23]
                  fields:
                    FieldInit name='x' [3:15-3:21]
                      value: CharLit value='c' [3:18-3:21]
        tail: Match [4:5-4:57]
          scrutinee: Path x [4:11-4:12]
          arms:
            ValueArm [4:15-4:33]
              pattern: PatCtor Some [4:15-4:22]
                args:
                  PatBind name='v' [4:20-4:21]
              body: FString [4:26-4:33]
                parts:
                  'a'
                  Path v [4:30-4:31]
            EffectArm op='op' binder='k' [4:35-4:55]
              iface: TyPath I [4:36-4:37]
              patterns:
                PatWild [4:41-4:42]
              body: Call [4:52-4:55]
                callee: Path k [4:52-4:53]
    UseDecl a::b alias='c' [6:1-6:15]
    DeriveDecl target=T [7:1-7:20]
      names:
        PathSegment name='A' [7:8-7:9]
        PathSegment name='B' [7:12-7:13]
"""


def test_dump() -> None:
    assert dump(parse_ok(TEXT)) == EXPECTED
