import { run, start } from "../../cli/main";
import { Terminal } from "../../cli/output/terminal";

/** What a call writes to standard output. */
async function outputOf(work: () => Promise<unknown>): Promise<string> {
  const out: string[] = [];
  const spies = [
    jest.spyOn(process.stdout, "write").mockImplementation((text) => out.push(String(text)) > 0),
    jest.spyOn(process.stderr, "write").mockReturnValue(true),
  ];
  try {
    await work();
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
  return out.join("");
}

describe("the exit code of the process", () => {
  const before = process.exitCode;
  afterEach(() => {
    process.exitCode = before;
  });

  it.each([
    [["help"], 0],
    [["help", "services"], 0],
    [["up", "--help"], 0],
    [[], 2],
    [["services"], 2],
    [["completion", "bash"], 0],
    [["completion", "fish"], 2],
  ])("of %j is %d", async (words, code) => {
    process.exitCode = undefined;
    await outputOf(() => start(words));
    expect(process.exitCode).toBe(code);
  });
});

describe("completion", () => {
  it("is JSON when that is asked for", async () => {
    const out = await outputOf(() => run(["completion", "zsh", "--json"]));
    expect(JSON.parse(out)).toEqual({ shell: "zsh", script: expect.stringContaining("bashcompinit") as string });
  });
});

describe("a terminal", () => {
  const { isTTY } = process.stdout;
  const { TERM: term, NO_COLOR: noColour } = process.env;
  beforeEach(() => {
    process.stdout.isTTY = true;
    delete process.env["NO_COLOR"];
  });
  afterEach(() => {
    process.stdout.isTTY = isTTY;
    for (const [name, value] of Object.entries({ TERM: term, NO_COLOR: noColour })) {
      if (value === undefined) Reflect.deleteProperty(process.env, name);
      else process.env[name] = value;
    }
  });

  it.each([
    ["xterm", undefined, true, true],
    ["xterm", "1", false, true],
    ["dumb", undefined, false, false],
  ])("of kind %s with NO_COLOR %s", (kind, noColours, colours, live) => {
    process.env["TERM"] = kind;
    if (noColours !== undefined) process.env["NO_COLOR"] = noColours;
    const terminal = new Terminal(false);
    expect({ colours: terminal.colours.red("x") !== "x", live: terminal.live }).toEqual({ colours, live });
  });
});
