/** What a name is, as a person would look it up. */
import { dirname, relative } from "node:path";
import ts from "typescript";

/** The declaration of a name, in words. */
export interface Inspection {
  /** As TypeScript writes it: `function f(x: number): string`. */
  readonly signature: string;
  /** The doc comment, as Markdown. */
  readonly documentation: string;
  /** Where it is declared, or null. */
  readonly place: string | null;
  /** The code of its declaration, where that is code and not declarations only. */
  readonly source: string | null;
}

/** What is known of the name at a place of a file; null where there is nothing. */
export function inspectionAt(service: ts.LanguageService, file: string, position: number): Inspection | null {
  const info = service.getQuickInfoAtPosition(file, position);
  const signature = signatureOf(ts.displayPartsToString(info?.displayParts));
  if (!info || signature === "any") return null;
  const definitions = service.getDefinitionAtPosition(file, position) ?? [];
  const declaring = definitions[0] && service.getProgram()!.getSourceFile(definitions[0].fileName);
  const isCode = declaring !== undefined && !declaring.isDeclarationFile;
  return {
    signature,
    documentation: documentationOf(info),
    place: declaring ? placeOf(declaring, definitions[0]!, dirname(file)) : null,
    source: isCode ? definitions.map(({ contextSpan }) => textOf(declaring, contextSpan)).join("\n") : null,
  };
}

/** Without the words about the import by which the cell has the name. */
function signatureOf(text: string): string {
  return text.replace(/^\(alias\) /, "").replace(/\n(import|export) [^\n]*$/, "");
}

function documentationOf({ documentation, tags = [] }: ts.QuickInfo): string {
  const parameters = tags.filter(({ name }) => name === "param" || name === "typeParam").map(
    ({ text = [] }) => {
      const [name, , ...words] = text;
      return `- \`${name?.text ?? ""}\`: ${ts.displayPartsToString(words).replace(/^-\s*/, "")}`;
    },
  );
  const others = tags.filter(({ name }) => !["param", "typeParam"].includes(name)).map(({ name, text }) => {
    const words = ts.displayPartsToString(text);
    return name === "example" ? `**Example**\n\n${fenced(words)}` : `**${name}** ${words}`;
  });
  return [ts.displayPartsToString(documentation), parameters.join("\n"), ...others].filter(Boolean).join(
    "\n\n",
  );
}

function fenced(code: string): string {
  return code.includes("```") ? code : `\`\`\`ts\n${code.trim()}\n\`\`\``;
}

function placeOf(file: ts.SourceFile, { textSpan }: ts.DefinitionInfo, folder: string): string {
  const { line } = file.getLineAndCharacterOfPosition(textSpan.start);
  const [, inPackage] = /.*\/node_modules\/(.*)$/.exec(file.fileName) ?? [];
  return `${inPackage ?? relative(folder, file.fileName)}:${line + 1}`;
}

function textOf({ text }: ts.SourceFile, span: ts.TextSpan | undefined): string {
  return span ? text.slice(span.start, span.start + span.length) : "";
}
