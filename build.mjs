// Bundles what browsers load: every file directly in static/js and static/css is an entry point,
// files in folders below them are parts. Output goes to static/dist, which is not in git.
import { build, context } from "esbuild";
import { readdirSync, rmSync } from "node:fs";

const root = new URL("./app/static/", import.meta.url).pathname;

const entries = (folder, ending) =>
  readdirSync(root + folder, { withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(ending))
    .map((entry) => `${root}${folder}/${entry.name}`);

const options = {
  entryPoints: [...entries("js", ".js"), ...entries("css", ".css")],
  outdir: `${root}dist`,
  entryNames: "[name]",
  bundle: true,
  minify: true,
  format: "esm",
  // The old phones of respondents set this; Safari before 16 would need a rewrite of every destructuring.
  target: ["es2020", "chrome80", "firefox78", "safari16"],
  legalComments: "none",
  loader: { ".svg": "dataurl" },
  logLevel: "warning",
};

// The program of phones is also their worker, which old ones load as a script, not as a module: its names stay its own.
const isPhone = (file) => file.endsWith("/respond.js");
const kinds = [
  { ...options, entryPoints: options.entryPoints.filter((file) => !isPhone(file)) },
  { ...options, entryPoints: options.entryPoints.filter(isPhone), format: "iife" },
];

if (process.argv.includes("--watch")) {
  for (const kind of kinds) await (await context(kind)).watch();
} else {
  rmSync(`${root}dist`, { recursive: true, force: true });
  for (const kind of kinds) await build(kind);
}
