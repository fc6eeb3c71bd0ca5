import { readFileSync } from 'node:fs';

/** The documents with commands for an account, in the order in which they are tried: the last one tears the stack down. */
export const COMMAND_DOCUMENTS = [
  'first-deployment',
  'environments',
  'agents',
  'token-rotation',
  'monitoring',
  'troubleshooting',
  'runbook',
  'restore',
  'emergency-stop',
  'production-checklist',
  'deployment',
].map((name) => `docs/${name}.md`);

/**
 * How a block of commands is tried, as the word behind `sh` says: `run` on the API with sample data, `aws` by the AWS CLI
 * on an emulator of AWS, `marketplace` on the marketplace's simulator; `local` belongs to `npm start`. What nothing can
 * try says why (`sh aws untried="…"`).
 */
export type CommandMode = 'run' | 'aws' | 'marketplace' | 'local';

/** A block of commands in a document. */
export type CommandBlock = {
  /** `docs/deployment.md#The stack 1`: its document, its heading, and which block below that it is. */
  readonly name: string;
  readonly path: string;
  readonly section: string;
  /** Undefined: the document says nothing of it. */
  readonly mode: CommandMode | undefined;
  readonly untried: string | undefined;
  readonly script: string;
  /** The answer that the document shows. */
  readonly answer: string | undefined;
};

/** A heading, a block of the shell with the answer that is shown, or another block, which may have lines like headings. */
const PARTS =
  /^#{1,6} (?<heading>.*)$|^```sh(?<info>[^\n]*)\n(?<script>[\s\S]*?)^```(?:\n\n```json answer\n(?<answer>[\s\S]*?)^```)?|^```[\s\S]*?^```/gm;
const INFO = /^ (run|aws|marketplace|local)(?: untried="([^"]+)")?$/;

/** Every block of shell commands of a document, from its top. */
export function commandBlocks(path: string): CommandBlock[] {
  let section = '';
  let number = 0;
  const blocks: CommandBlock[] = [];
  for (const { groups = {} } of readFileSync(path, 'utf8').matchAll(PARTS)) {
    if (groups.heading !== undefined) {
      section = groups.heading;
      number = 0;
    }
    if (groups.script === undefined) continue;
    number += 1;
    const [, mode, untried] = INFO.exec(groups.info ?? '') ?? [];
    const { script, answer } = groups;
    const name = `${path}#${section} ${number}`;
    blocks.push({ name, path, section, mode: mode as CommandMode | undefined, untried, script, answer });
  }
  return blocks;
}

/** What a block calls: `aws sqs receive-message`, `npx cdk deploy`, `git checkout`. */
export function callsOf(script: string): string[] {
  const calls = script.matchAll(
    /\b(?:aws [a-z0-9-]+ [a-z][a-z0-9-]+|npx cdk [a-z]+|npx node|npm (?:ci|version|run [\w:]+)|git [a-z]+|curl)\b/g,
  );
  return [...new Set([...calls].map(([call]) => call))];
}
