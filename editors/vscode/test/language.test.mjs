// What the editor does at the end of a line and with brackets, by the patterns of language-configuration.json.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

const configuration = JSON.parse(readFileSync(new URL("../language-configuration.json", import.meta.url), "utf8"));
const { increaseIndentPattern, decreaseIndentPattern } = configuration.indentationRules;

test("an open bracket at the end of a line indents the next one", () => {
    const indents = (line) => new RegExp(increaseIndentPattern).test(line);
    for (const line of ["fn main() {", "    let xs = [", "print(", "    match x { // why", "if a { b } else {"]) assert.ok(indents(line), line);
    for (const line of ["let x = (1);", "// {", "fn f() { g() }", "", "x }"]) assert.ok(!indents(line), line);
});

test("a closing bracket at the start of a line goes back", () => {
    for (const line of ["}", "    })", "  ];", "} else {"]) assert.match(line, new RegExp(decreaseIndentPattern));
    assert.doesNotMatch("x }", new RegExp(decreaseIndentPattern));
});

test("a doc comment goes on on the next line, a comment only when it is split", () => {
    const added = (before, after) =>
        configuration.onEnterRules.find((rule) => new RegExp(rule.beforeText).test(before) && (!rule.afterText || new RegExp(rule.afterText).test(after)))?.action.appendText;
    assert.equal(added("    /// The area", ""), "/// ");
    assert.equal(added("// one", " two"), "// ");
    assert.equal(added("// one", ""), undefined);
    assert.equal(added("let x = 1;", "y"), undefined);
});

test("a double click selects a whole name or number", () => {
    const { pattern, flags } = configuration.wordPattern;
    const words = (text) => text.match(new RegExp(pattern, `${flags}g`));
    assert.deepEqual(words("größe2 + _x.len() - 0x_ff"), ["größe2", "_x", "len", "0x_ff"]);
});
