/** Start: find the contents (inside the file, or from the program) and show the pages. */
import { render } from "preact";
import { App } from "./app";
import { unpack } from "./contents/container";
import { World } from "./contents/world";
import { connect } from "./shared/server";
import "./style.css";

async function start(): Promise<void> {
  const root = document.getElementById("explorer");
  if (!root) return;
  const inside = document.getElementById("contents");
  const server = inside ? undefined : connect();
  const load = server
    ? async (tell: (done: number, of: number) => void) => new World(await unpack(await server.contents(tell)))
    : async () => new World(await unpack(bytesOf(inside?.textContent ?? "")));
  render(<App load={load} server={server} />, root);
}

function bytesOf(base64: string): Uint8Array {
  return Uint8Array.from(atob(base64.trim()), (letter) => letter.charCodeAt(0));
}

void start();
