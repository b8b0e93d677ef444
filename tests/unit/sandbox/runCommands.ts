// Runs shell scripts as the sandbox runs commands, all at once; prints their results as JSON:
//   runCommands.ts <script>...
import { run } from "../../../sandbox/command.ts";
import { listenForInterrupts } from "../../../sandbox/interrupt.ts";

listenForInterrupts();
const results = await Promise.allSettled(process.argv.slice(2).map((script) => run("sh", ["-c", script])));
const texts = results.map((result) =>
  result.status === "rejected" ? `${result.reason.message}` : result.value.stdout,
);
console.log(JSON.stringify(texts));
