/** How the page is built: into ../static, with every asset in a file of its own, so that a strict CSP holds. */
import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vite";

const service = process.env["SEMBLANCE_URL"] ?? "http://127.0.0.1:8484";

export default defineConfig({
  base: "/",
  plugins: [svelte()],
  build: {
    outDir: "../static",
    emptyOutDir: true,
    assetsInlineLimit: 0,
    target: "es2022",
    modulePreload: { polyfill: false },
  },
  // `npm run dev` shows the page of the sources against a service that runs already.
  server: { proxy: { "/api": { target: service, ws: true }, "/whip": { target: service } } },
});
