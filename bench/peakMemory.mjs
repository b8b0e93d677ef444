// Loaded into every Node process of a measured command: notes the peak memory of the one that runs the program.
import { appendFileSync } from "node:fs";

if (/@pulumi[/\\]pulumi[/\\]cmd[/\\]run(?![-\w])/.test(process.argv[1] ?? "")) {
  const kilobytes = () => process.resourceUsage().maxRSS;
  process.on("exit", () => appendFileSync(process.env.BENCH_PEAK_MEMORY, `${kilobytes()}\n`));
}
