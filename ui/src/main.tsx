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
  const load = inside
    ? async () => new World(await unpack(bytesOf(inside.textContent ?? "")))
    : async () => new World(await unpack(await connect().contents()));
  render(<App load={load} server={inside ? undefined : connect()} />, root);
}

function bytesOf(base64: string): Uint8Array {
  return Uint8Array.from(atob(base64.trim()), (letter) => letter.charCodeAt(0));
}

void start();
