const BYTE_TOKEN = /^<0x([0-9A-Fa-f]{2})>$/;

/**
 * Tokens with each run of byte tokens (`<0x0A>`) as the text that the bytes are in UTF-8; in a run that is not UTF-8
 * every byte becomes U+FFFD.
 */
export function decodeByteTokens(tokens: readonly string[]): string[] {
  const result: string[] = [];
  let bytes: number[] = [];
  const flush = () => {
    if (bytes.length > 0) result.push(...decodeRun(bytes));
    bytes = [];
  };
  for (const token of tokens) {
    const byte = BYTE_TOKEN.exec(token)?.[1];
    if (byte !== undefined) bytes.push(parseInt(byte, 16));
    else {
      flush();
      result.push(token);
    }
  }
  flush();
  return result;
}

function decodeRun(bytes: readonly number[]): string[] {
  try {
    return [new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(Uint8Array.from(bytes))];
  } catch {
    return bytes.map(() => "\ufffd");
  }
}
