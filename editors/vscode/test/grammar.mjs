// The grammar in the engine that editors run it in.
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import oniguruma from "vscode-oniguruma";
import textmate from "vscode-textmate";

const require = createRequire(import.meta.url);

/** A registry that knows the grammar. */
export async function registry() {
    const wasm = await readFile(require.resolve("vscode-oniguruma/release/onig.wasm"));
    await oniguruma.loadWASM(wasm.buffer.slice(wasm.byteOffset, wasm.byteOffset + wasm.byteLength));
    const file = new URL("../syntaxes/rusk.tmLanguage.json", import.meta.url);
    return new textmate.Registry({
        onigLib: Promise.resolve({
            createOnigScanner: (patterns) => new oniguruma.OnigScanner(patterns),
            createOnigString: (text) => new oniguruma.OnigString(text),
        }),
        loadGrammar: async () => textmate.parseRawGrammar(await readFile(file, "utf8"), file.pathname),
    });
}

/** The grammar, ready to use. */
export async function load() {
    return (await registry()).loadGrammar("source.rusk");
}

/** The tokens of a text: places in it (UTF-16 units), and scopes from the outermost to the innermost. */
export function* tokens(grammar, text) {
    let state = textmate.INITIAL;
    let start = 0;
    for (const line of text.split("\n")) {
        const found = grammar.tokenizeLine(line, state);
        state = found.ruleStack;
        for (const token of found.tokens) {
            yield { start: start + token.startIndex, end: start + Math.min(token.endIndex, line.length), scopes: token.scopes };
        }
        start += line.length + 1;
    }
}
