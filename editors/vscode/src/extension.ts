// The editor's side: settings, commands, and a client of the language server.

import type { ChildProcess } from "node:child_process";

import * as vscode from "vscode";
import { CloseAction, type ErrorHandler, LanguageClient, State } from "vscode-languageclient/node";

import { findServer, NoServer, startServer } from "./server";

let client: Client | undefined;
let output: vscode.LogOutputChannel;
let trace: vscode.LogOutputChannel;
/** Starts and stops happen one after the other. */
let last: Promise<void> = Promise.resolve();

/** The extension begins: a file in Rusk has been opened. */
export async function activate(context: vscode.ExtensionContext): Promise<void> {
    output = vscode.window.createOutputChannel("Rusk", { log: true });
    trace = vscode.window.createOutputChannel("Rusk Trace", { log: true });
    context.subscriptions.push(
        output,
        trace,
        vscode.commands.registerCommand("rusk.restartServer", restart),
        vscode.commands.registerCommand("rusk.showOutput", () => output.show()),
        vscode.workspace.onDidChangeConfiguration((change) => {
            if (["server", "entryFiles", "sysroot", "noStd"].some((name) => change.affectsConfiguration(`rusk.${name}`))) void restart();
        }),
        vscode.workspace.onDidGrantWorkspaceTrust(() => void restart()),
    );
    await restart();
}

/** The extension ends. */
export async function deactivate(): Promise<void> {
    await queued(stop);
}

/** Stop the server that runs, if one does, and start one by the present settings. */
function restart(): Promise<void> {
    return queued(async () => {
        await stop();
        try {
            await start();
        } catch (error) {
            client = undefined;
            const reason = error instanceof Error ? error : new Error(String(error));
            output.error(reason.message);
            void tell(reason);
        }
    });
}

function queued(job: () => Promise<void>): Promise<void> {
    last = last.catch(() => {}).then(job);
    return last;
}

async function stop(): Promise<void> {
    const running = client;
    client = undefined;
    if (running === undefined) return;
    // one that is being started again after its end cannot be stopped yet
    if (running.state === State.Starting) await running.start().catch(() => {});
    if (running.needsStop()) await running.stop();
}

/** A client that leaves it to `start` to say why a server has not started; one that has run and ends is started again, unless it keeps ending. */
class Client extends LanguageClient {
    runs = false;

    override error(message: string, data?: unknown, show?: boolean | "force"): void {
        super.error(message, data, this.runs ? show : false);
    }

    override createDefaultErrorHandler(count?: number): ErrorHandler {
        const usual = super.createDefaultErrorHandler(count);
        return {
            error: (error, message, times) => usual.error(error, message, times),
            closed: () => (this.runs ? usual.closed() : { action: CloseAction.DoNotRestart }),
        };
    }
}

async function start(): Promise<void> {
    const settings = vscode.workspace.getConfiguration("rusk");
    const folder = vscode.workspace.workspaceFolders?.find((f) => f.uri.scheme === "file")?.uri.fsPath;
    const command = findServer(settings.get("server.path", "").trim(), folder, vscode.workspace.isTrusted);
    output.info(`${command} lsp`);
    let ended: Promise<NoServer> | undefined;
    const run = async (): Promise<ChildProcess> => {
        const server = startServer(command, folder);
        ended = server.ended;
        return server.process;
    };
    client = new Client("rusk", "Rusk", run, {
        documentSelector: [
            { scheme: "file", language: "rusk" },
            { scheme: "untitled", language: "rusk" },
        ],
        initializationOptions: {
            entryFiles: settings.get("entryFiles", []),
            sysroot: settings.get("sysroot", ""),
            noStd: settings.get("noStd", false),
        },
        outputChannel: output,
        traceOutputChannel: trace,
        initializationFailedHandler: () => false,
    });
    try {
        await client.start();
    } catch (error) {
        // The reason that the server has given is better than the connection's. But perhaps it has not ended.
        const late = new Promise<unknown>((resolve) => setTimeout(resolve, 2000, error));
        throw await Promise.race([ended ?? error, late]);
    }
    client.runs = true;
}

/** Say what is wrong and offer what helps. */
async function tell(reason: Error): Promise<void> {
    const fix = reason instanceof NoServer ? reason.fix : undefined;
    const choices = [...(fix === undefined ? [] : ["Copy Command"]), "Open Settings", "Show Output"];
    const choice = await vscode.window.showErrorMessage(reason.message, ...choices);
    if (choice === "Copy Command" && fix !== undefined) await vscode.env.clipboard.writeText(fix);
    if (choice === "Open Settings") await vscode.commands.executeCommand("workbench.action.openSettings", "rusk.server");
    if (choice === "Show Output") output.show();
}
