/** Shows one step: a line that changes on a terminal; where there is none, a line now and then. */
export interface Show {
  update(text: string): void;
  end(text: string): void;
}

/** How many seconds pass between two lines where there is no terminal. */
const quietSeconds = 30;

/** Begins to show the step `name`; elapsed seconds are added to each line. */
export function showStep(name: string, terminal: boolean = Deno.stdout.isTerminal()): Show {
  const started = Date.now();
  let text = "";
  let said = 0;
  const line = () => `  ${name}: ${text} (${((Date.now() - started) / 1000).toFixed(0)} s)`;
  const draw = () => {
    if (text === "") return;
    if (terminal) write(`\r\x1b[2K${line()}`);
    else if (said === 0 || Date.now() - said > quietSeconds * 1000) {
      said = Date.now();
      console.log(line());
    }
  };
  const timer = setInterval(draw, 1000);
  return {
    update(next) {
      text = next;
      draw();
    },
    end(last) {
      clearInterval(timer);
      text = last;
      if (terminal) write("\r\x1b[2K");
      console.log(line());
    },
  };
}

function write(text: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(text));
}
