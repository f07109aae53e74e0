// Finding and starting `rusk lsp`; nothing here knows the editor.

import { type ChildProcess, spawn } from "node:child_process";
import { accessSync, constants, statSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, isAbsolute, join } from "node:path";

const WINDOWS = process.platform === "win32";

/** What has to be done when there is no server. */
export const INSTALL = "pip install 'rusk[lsp]'";

/** Why there is no server, in words for whoever edits; `fix`: a command for a terminal that helps, if there is one. */
export class NoServer extends Error {
    readonly fix: string | undefined;

    constructor(message: string, fix?: string) {
        super(message);
        this.fix = fix;
    }
}

function isCommand(path: string): boolean {
    try {
        accessSync(path, constants.X_OK);
        return statSync(path).isFile();
    } catch {
        return false;
    }
}

/** The path of a setting, with `~` and `${workspaceFolder}` at its beginning replaced. */
function expanded(path: string, folder: string | undefined): string {
    if (path.startsWith("${workspaceFolder}")) return (folder ?? "") + path.slice("${workspaceFolder}".length);
    return path === "~" || path.startsWith("~/") ? homedir() + path.slice(1) : path;
}

/**
 * The `rusk` command: the one that is set; else the one of the workspace's virtual environment, if the workspace is trusted; else the one on the PATH.
 *
 * Throws `NoServer` if there is none.
 */
export function findServer(setting: string, folder: string | undefined, trusted: boolean, path = process.env.PATH ?? ""): string {
    const names = WINDOWS ? ["rusk.exe", "rusk.cmd"] : ["rusk"];
    if (setting !== "") {
        const given = expanded(setting, folder);
        if (isAbsolute(given) || given.includes("/") || given.includes("\\")) {
            const whole = isAbsolute(given) ? given : join(folder ?? "", given);
            if (isCommand(whole)) return whole;
            throw new NoServer(`There is no command \`${whole}\`, which the setting \`rusk.server.path\` names.`);
        }
        names.splice(0, names.length, given);
    }
    const places = path.split(delimiter).filter((place) => isAbsolute(place));
    if (setting === "" && folder !== undefined && trusted) {
        const bin = WINDOWS ? "Scripts" : "bin";
        places.unshift(join(folder, ".venv", bin), join(folder, "venv", bin));
    }
    for (const place of places) {
        for (const name of names) {
            const found = join(place, name);
            if (isCommand(found)) return found;
        }
    }
    throw new NoServer(
        `Rusk's language server is not installed: there is no \`${names[0]}\` in the workspace's virtual environment or on the PATH. Run \`${INSTALL}\`, or set \`rusk.server.path\`.`,
        INSTALL,
    );
}

/** A server that has been started; `ended` comes when it has ended, with the reason. */
export interface Started {
    process: ChildProcess;
    ended: Promise<NoServer>;
}

/** Start the server in a folder. */
export function startServer(command: string, folder: string | undefined): Started {
    const process = spawn(command, ["lsp"], { cwd: folder, stdio: "pipe", shell: command.endsWith(".cmd") });
    let said = "";
    process.stderr.setEncoding("utf8");
    process.stderr.on("data", (text: string) => {
        said = (said + text).slice(-4000);
    });
    const ended = new Promise<NoServer>((resolve) => {
        process.on("error", (error) => resolve(new NoServer(`\`${command}\` cannot be started: ${error.message}`)));
        process.on("close", (status) => {
            const error = said.split("\n").find((line) => line.startsWith("error: "))?.slice("error: ".length);
            const reason = error ?? `it ended with status ${status}`;
            resolve(new NoServer(`\`${command} lsp\` does not run: ${reason}`, said.includes("rusk[lsp]") ? INSTALL : undefined));
        });
    });
    return { process, ended };
}
