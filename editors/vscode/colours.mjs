// The colours that VS Code gives a text by the grammar, in its theme Dark+; for pictures.
// node colours.mjs [SCOPE...] <FILE      writes {"lines": [[[start, end, colour], ...], ...], "scopes": {SCOPE: colour}}
import { createRequire } from "node:module";
import { text } from "node:stream/consumers";
import textmate from "vscode-textmate";
import { registry } from "./test/grammar.mjs";

const theme = createRequire(import.meta.url)("tm-themes/themes/dark-plus.json");
const plain = { settings: { foreground: theme.colors["editor.foreground"], background: theme.colors["editor.background"] } };
const known = await registry();
known.setTheme({ name: theme.name, settings: [plain, ...theme.tokenColors] });
const grammar = await known.loadGrammar("source.rusk");

/** The colour of a scope that stands alone: that of the longest selector which begins it. */
function colourOf(scope) {
    let best = ["", plain.settings.foreground];
    for (const { scope: selectors, settings } of theme.tokenColors) {
        for (const selector of [selectors ?? []].flat()) {
            const fits = scope === selector || scope.startsWith(`${selector}.`);
            if (fits && selector.length >= best[0].length && settings.foreground) best = [selector, settings.foreground];
        }
    }
    return best[1];
}

const lines = [];
let state = textmate.INITIAL;
for (const line of (await text(process.stdin)).split("\n")) {
    const { tokens, ruleStack } = grammar.tokenizeLine2(line, state);
    state = ruleStack;
    const found = [];
    for (let i = 0; i < tokens.length; i += 2) {
        const colour = known.getColorMap()[(tokens[i + 1] & 0x00ff8000) >>> 15]; // nine bits of the metadata
        found.push([tokens[i], tokens[i + 2] ?? line.length, colour]);
    }
    lines.push(found);
}
console.log(JSON.stringify({ lines, scopes: Object.fromEntries(process.argv.slice(2).map((scope) => [scope, colourOf(scope)])) }));
