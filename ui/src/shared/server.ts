/** The program behind the pages (`corridor serve`). */

export interface Server {
  /** Contents of the stored run that the address names, or of the first. */
  contents(): Promise<Uint8Array>;
}

export function connect(): Server {
  return {
    contents: async () => new Uint8Array(await (await fetch("api/contents")).arrayBuffer()),
  };
}
