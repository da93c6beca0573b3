import { defineConfig } from "vite";

/** One script and one sheet, with fixed names: Python puts them into the single file and serves them. */
export default defineConfig({
  define: { "process.env.NODE_ENV": '"production"' },
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  build: {
    outDir: "../src/corridor/explorer/bundle",
    emptyOutDir: true,
    target: "es2022",
    cssCodeSplit: false,
    lib: {
      entry: "src/main.tsx",
      formats: ["iife"],
      name: "corridorExplorer",
      fileName: () => "explorer.js",
      cssFileName: "explorer",
    },
  },
});
