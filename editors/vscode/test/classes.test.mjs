// The grammar and the compiler's lexer must agree on every character of the project's files: no second grammar that drifts away from the first.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { load, tokens } from "./grammar.mjs";

// the class of `rusk.highlight` that a scope means: the first that fits
const CLASSES = [
    [/^punctuation\.section\.interpolation/, "quote"],
    [/^comment\.line\.documentation/, "doc"],
    [/^comment/, "comment"],
    [/^(string|constant\.character|punctuation\.definition\.string)/, "text"],
    [/^constant\.numeric/, "number"],
    [/^(constant\.language|variable\.language)/, "constant"],
    [/^(keyword\.operator\.effect|entity\.name\.type\.effect)/, "effect"],
    [/^(keyword\.(control|other)|keyword\.operator\.expression|storage)/, "keyword"],
    [/^keyword\.operator/, "operator"],
    [/^support\.type\.primitive/, "primitive"],
    [/^entity\.name\.type/, "type"],
    [/^entity\.name\.function/, "function"],
    [/^(variable\.other|entity\.name\.namespace)/, "name"],
    [/^punctuation/, "bracket"],
];

function classOf(scopes) {
    const last = scopes.at(-1);
    if (last.startsWith("punctuation.definition.string") && scopes.at(-2).startsWith("string.interpolated")) return "quote";
    return CLASSES.find(([expression]) => expression.test(last))?.[1] ?? "";
}

// For each UTF-16 unit of the text, what the grammar takes it for.
function classes(grammar, text) {
    const found = new Array(text.length).fill("");
    for (const { start, end, scopes } of tokens(grammar, text)) found.fill(classOf(scopes), start, end);
    return found;
}

test("the grammar agrees with the lexer on all files of the project and on random lines", async () => {
    const grammar = await load();
    const script = fileURLToPath(new URL("classes.py", import.meta.url));
    const run = spawnSync(process.env.PYTHON ?? "python", [script], { encoding: "utf8", maxBuffer: 1 << 28 });
    assert.equal(run.status, 0, run.stderr);
    const files = run.stdout.trimEnd().split("\n").map((line) => JSON.parse(line));
    assert.ok(files.length > 400, `only ${files.length} files`);
    const wrong = [];
    let compared = 0;
    for (const { path, text, spans } of files) {
        const found = classes(grammar, text);
        const place = (at) => `${path}:${text.slice(0, at).split("\n").length}: in \`${text.split("\n")[text.slice(0, at).split("\n").length - 1]}\``;
        let at = 0;
        for (const [start, end, what] of [...spans, [text.length, text.length, ""]]) {
            for (; at < start; at++) {
                if (found[at] !== "" && text[at].trim()) wrong.push(`${place(at)} \`${text[at]}\` is nothing to the lexer, ${found[at]} to the grammar`);
            }
            const part = text.slice(start, end);
            const differs = found.slice(start, end).find((f, i) => f !== what && part[i].trim());
            if (differs !== undefined) {
                wrong.push(`${place(start)} \`${part}\` is ${what} to the lexer, ${differs || "nothing"} to the grammar`);
            }
            at = end;
            compared++;
        }
    }
    assert.deepEqual(wrong.slice(0, 40), [], `${wrong.length} of ${compared} stretches differ`);
});
