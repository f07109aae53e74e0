// A stand-in for the editor: enough of the module `vscode` for the extension and the real language client. What is not named here is something
// that can be called, constructed and disposed of, and does nothing.
const Module = require("node:module");

function nothing() {
    const target = function () {};
    return new Proxy(target, {
        get(_, key) {
            if (key === "then" || key === Symbol.iterator || key === Symbol.toPrimitive) return undefined;
            if (key in target) return target[key];
            return (target[key] = nothing());
        },
        apply: () => nothing(),
        construct: () => nothing(),
    });
}

/** An editor with a folder open; `settings`: of the extension, without `rusk.`; `trusted`: the workspace. */
function editor(folder, settings, trusted = true) {
    const log = { errors: [], lines: [], commands: {}, diagnostics: new Map(), documents: [] };
    const channel = () => {
        const line = (text) => log.lines.push(text);
        return { append: line, appendLine: line, info: line, warn: line, error: line, debug: line, trace: line, show() {}, dispose() {}, logLevel: 3, onDidChangeLogLevel: () => ({ dispose() {} }) };
    };
    class Uri {
        constructor(text) {
            this.text = text;
            this.scheme = text.split(":")[0];
            this.fsPath = decodeURIComponent(new URL(text).pathname);
        }
        static parse = (text) => new Uri(text);
        static file = (path) => new Uri("file://" + path);
        toString() {
            return this.text;
        }
    }
    class Plain {
        constructor(...parts) {
            this.parts = parts;
        }
    }
    const never = () => ({ dispose() {} });
    const configuration = { get: (name, other) => settings[name] ?? other };
    const known = {
        version: "1.91.0",
        Uri,
        Position: class Position extends Plain {},
        Range: class Range extends Plain {},
        Diagnostic: class Diagnostic {
            constructor(range, message, severity) {
                Object.assign(this, { range, message, severity });
            }
        },
        Disposable: class Disposable {
            constructor(dispose) {
                this.dispose = dispose;
            }
            static from = () => new Disposable(() => {});
        },
        EventEmitter: class EventEmitter {
            event = never;
            fire() {}
            dispose() {}
        },
        CancellationTokenSource: class {
            token = { isCancellationRequested: false, onCancellationRequested: never };
            cancel() {}
            dispose() {}
        },
        LogLevel: { Off: 0, Trace: 1, Debug: 2, Info: 3, Warning: 4, Error: 5 },
        env: { language: "en", appName: "test", clipboard: { writeText: async (text) => void (log.clipboard = text) } },
        commands: { registerCommand: (name, run) => ((log.commands[name] = run), { dispose() {} }), executeCommand: async () => {} },
        window: {
            createOutputChannel: channel,
            showErrorMessage: async (message, ...choices) => {
                log.errors.push({ message, choices });
                return choices[0];
            },
            showInformationMessage: async () => {},
            showWarningMessage: async () => {},
            onDidChangeActiveTextEditor: never,
            onDidChangeVisibleTextEditors: never,
            visibleTextEditors: [],
            tabGroups: { all: [], onDidChangeTabs: never, onDidChangeTabGroups: never },
        },
        workspace: {
            isTrusted: trusted,
            name: "test",
            workspaceFolders: [{ uri: Uri.file(folder), name: "test", index: 0 }],
            getConfiguration: () => configuration,
            textDocuments: log.documents,
            notebookDocuments: [],
            onDidChangeConfiguration: never,
            onDidGrantWorkspaceTrust: never,
            onDidOpenTextDocument: never,
            onDidCloseTextDocument: never,
            onDidChangeTextDocument: never,
            onDidSaveTextDocument: never,
            onWillSaveTextDocument: never,
        },
        languages: {
            createDiagnosticCollection: () => ({
                set: (uri, found) => log.diagnostics.set(String(uri), found),
                delete() {},
                clear() {},
                dispose() {},
            }),
            match: (selector, document) => (selector.some((filter) => filter.language === document.languageId) ? 10 : 0),
        },
    };
    const rest = nothing();
    const layered = (object, under) =>
        new Proxy(object, {
            get: (_, key) => (key in object ? object[key] : under[key]),
        });
    for (const name of ["workspace", "window", "languages", "commands"]) known[name] = layered(known[name], rest[name]);
    return { vscode: layered(known, rest), log };
}

/** The extension, freshly loaded into an editor. */
function loadExtension(vscode) {
    const file = require.resolve("../out/extension.js");
    delete require.cache[file];
    const load = Module._load;
    Module._load = (request, ...more) => (request === "vscode" ? vscode : load(request, ...more));
    try {
        return require(file);
    } finally {
        Module._load = load;
    }
}

module.exports = { editor, loadExtension };
