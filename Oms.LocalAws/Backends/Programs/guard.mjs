// Runs one program and ends it when the parent's pipe ends: for a program that cannot watch its own standard input.
import { spawn } from "node:child_process";

const child = spawn(process.argv[2], process.argv.slice(3), { stdio: ["ignore", "inherit", "inherit"] });
const stop = () => child.kill("SIGKILL");
child.on("exit", code => process.exit(code ?? 1)).on("error", problem => { console.error(problem.message); process.exit(1); });
process.on("SIGTERM", stop).on("SIGINT", stop);
if (process.env.OMS_STOP_WITH_STDIN) process.stdin.on("end", stop).on("error", stop).resume();
