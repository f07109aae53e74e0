// The bundled extension with the real language client and the real server, in a stand-in for the editor.
import assert from "node:assert/strict";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";

const { editor, loadExtension } = createRequire(import.meta.url)("./editor.cjs");
const PYTHON = process.env.PYTHON ?? "python";
const folder = mkdtempSync(join(tmpdir(), "rusk-vscode-"));
after(() => rmSync(folder, { recursive: true, force: true }));

/** Write a command that runs a line of shell. */
function command(path, line) {
    mkdirSync(join(folder, path, ".."), { recursive: true });
    writeFileSync(join(folder, path), `#!/bin/sh\n${line}\n`);
    chmodSync(join(folder, path), 0o755);
    return join(folder, path);
}

/** Run the extension for a while in an editor with these settings. */
async function run(settings, { trusted = true, documents = [], until = async () => {} } = {}) {
    const { vscode, log } = editor(folder, settings, trusted);
    log.documents.push(...documents.map((make) => make(vscode)));
    const extension = loadExtension(vscode);
    const context = { subscriptions: [] };
    await extension.activate(context);
    try {
        await until(log);
    } finally {
        await extension.deactivate();
    }
    return log;
}

const seen = async (what) => {
    for (let i = 0; i < 400 && !what(); i++) await new Promise((resolve) => setTimeout(resolve, 25));
};

test("a file in error gets its diagnostics from the server", async () => {
    command(".venv/bin/rusk", `exec ${PYTHON} -m rusk "$@"`);
    const text = "fn main() -> int { totl }\n";
    const make = (vscode) => ({ uri: vscode.Uri.file(join(folder, "a.rusk")), languageId: "rusk", version: 1, getText: () => text, isClosed: false });
    const log = await run({}, { documents: [make], until: (log) => seen(() => log.diagnostics.size) });
    assert.deepEqual(log.errors, []);
    const [[uri, found]] = log.diagnostics;
    assert.ok(uri.endsWith("/a.rusk"), uri);
    assert.match(found[0].message, /totl/);
});

test("restarting starts the server again", async () => {
    const counter = join(folder, "starts");
    command(".venv/bin/rusk", `echo "$@" >> '${counter}'\nexec ${PYTHON} -m rusk "$@"`);
    await run({}, { until: (log) => log.commands["rusk.restartServer"]() });
    assert.equal(readFileSync(counter, "utf8"), "lsp\nlsp\n");
});

test("a server that ends is started again", async () => {
    const pids = join(folder, "pids");
    command(".venv/bin/rusk", `echo $$ >> '${pids}'\nexec ${PYTHON} -m rusk "$@"`);
    const running = () => (existsSync(pids) ? readFileSync(pids, "utf8").trim().split("\n") : []);
    await run({}, {
        until: async () => {
            process.kill(Number(running()[0]));
            await seen(() => running().length === 2);
        },
    });
    assert.equal(running().length, 2);
});

test("without the extra the message says how to get it", async () => {
    const path = command("bin/rusk", `echo "error: the language server needs pygls: pip install 'rusk[lsp]'" >&2; exit 1`);
    const log = await run({ "server.path": path }, { until: (log) => seen(() => log.clipboard) });
    assert.deepEqual(log.errors.map((e) => e.message), [`\`${path} lsp\` does not run: the language server needs pygls: pip install 'rusk[lsp]'`]);
    assert.deepEqual(log.errors[0].choices, ["Copy Command", "Open Settings", "Show Output"]);
    assert.equal(log.clipboard, "pip install 'rusk[lsp]'");
});

test("without rusk the message says how to install it", async () => {
    const path = process.env.PATH;
    rmSync(join(folder, ".venv"), { recursive: true, force: true });
    process.env.PATH = "/nowhere";
    try {
        const log = await run({});
        assert.match(log.errors[0].message, /not installed: .*Run `pip install 'rusk\[lsp\]'`, or set `rusk.server.path`/);
    } finally {
        process.env.PATH = path;
    }
});

test("a path that names nothing is reported with its setting", async () => {
    const log = await run({ "server.path": "${workspaceFolder}/none/rusk" });
    assert.equal(log.errors[0].message, `There is no command \`${folder}/none/rusk\`, which the setting \`rusk.server.path\` names.`);
    assert.deepEqual(log.errors[0].choices, ["Open Settings", "Show Output"]);
});

test("a workspace that is not trusted does not choose the server", async () => {
    command(".venv/bin/rusk", `touch '${join(folder, "ran")}'; exit 1`);
    const path = process.env.PATH;
    process.env.PATH = "/nowhere";
    try {
        const log = await run({}, { trusted: false });
        assert.ok(!existsSync(join(folder, "ran")));
        assert.match(log.errors[0].message, /not installed/);
    } finally {
        process.env.PATH = path;
    }
});
