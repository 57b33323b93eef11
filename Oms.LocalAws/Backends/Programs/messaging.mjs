// SNS and SQS as one process. fauxqs's own start listens on every interface; this one binds to loopback.
import { register } from "node:module";

// fauxqs imports node:sqlite (Node 22.13 and later) for a persistence that is not used here.
register("data:text/javascript," + encodeURIComponent(`
  export const resolve = (specifier, context, next) => specifier === "node:sqlite"
    ? { url: "data:text/javascript,export class DatabaseSync {}", shortCircuit: true }
    : next(specifier, context);`));

const { buildApp } = await import("fauxqs");
const app = buildApp({ logger: false });
app.server.keepAliveTimeout = 0; // a client may keep an idle connection: never close it under a request
await app.listen({ port: Number(process.argv[2] ?? 0), host: "127.0.0.1" });
console.log(`listening on ${app.server.address().port}`);

const stop = () => process.exit(0);
process.on("SIGTERM", stop).on("SIGINT", stop);
if (process.env.OMS_STOP_WITH_STDIN) process.stdin.on("end", stop).on("error", stop).resume();
