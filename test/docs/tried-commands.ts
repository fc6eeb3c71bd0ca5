import {
  COMMAND_DOCUMENTS,
  type CommandBlock,
  type CommandMode,
  callsOf,
  commandBlocks,
} from './command-blocks.ts';

const BEGIN = '<!-- tried:begin -->';
const END = '<!-- tried:end -->';

const TRIED_ON: Readonly<Record<CommandMode, string>> = {
  aws: 'emulator',
  run: 'the API with sample data',
  marketplace: 'the marketplace’s simulator',
  local: '`npm start`, not by a test',
};

/** The part of the document that lists the commands, with its markers. */
export function triedBlock(document: string): string {
  const begin = document.indexOf(BEGIN);
  const end = document.indexOf(END);
  if (begin < 0 || end < begin) throw new Error(`The document lacks the markers ${BEGIN} and ${END}.`);
  return document.slice(begin, end + END.length);
}

/** That part as the documents have it: a line for each heading, where its commands were tried or why they were not. */
export function freshTriedBlock(): string {
  const blocks = COMMAND_DOCUMENTS.flatMap(commandBlocks);
  const tried = blocks.filter(({ mode, untried }) => mode === 'aws' && untried === undefined);
  const operations = new Set(
    tried.flatMap(({ script }) => callsOf(script)).filter((call) => call.startsWith('aws ')),
  );
  const others = blocks.filter(({ untried }) => untried !== undefined);
  const untried = others.filter((block) => !ELSEWHERE.test(block.untried ?? ''));
  return [
    BEGIN,
    '',
    `${tried.length} blocks with ${operations.size} different calls of the AWS CLI run on the emulator, ${others.length - untried.length} are tried by other means, and ${untried.length} can't be tried.`,
    '',
    '| Where | Calls | Tried on |',
    '| --- | --- | --- |',
    ...blocks.map(rowOf),
    '',
    END,
  ].join('\n');
}

function rowOf(block: CommandBlock): string {
  const file = block.path.slice('docs/'.length);
  const calls = callsOf(block.script).map((call) => `\`${call}\``);
  const where = `[${file.slice(0, -'.md'.length)}: ${block.section}](${file}#${anchorOf(block.section)})`;
  return `| ${where} | ${calls.join(', ') || 'the shell alone'} | ${triedOn(block)} |`;
}

/** What a block says that is tried by something else. */
const ELSEWHERE = / (?:is|are) tried by (.*)$/;

/** What neither the rehearsal nor `.ci/run` runs, although they try the tool. */
const NO_PART_OF_THEM = /\bgit [a-z]|npx cdk (?:diff|gc)|--no-rollback|--tags/;

function triedOn({ mode, untried, script }: CommandBlock): string {
  const elsewhere = ELSEWHERE.exec(untried ?? '')?.[1];
  if (elsewhere !== undefined) {
    const inPart = NO_PART_OF_THEM.test(script) ? 'in part: ' : '';
    return `${inPart}\`${elsewhere.replaceAll(' and ', '`, `')}\``;
  }
  if (untried !== undefined) return `**not tried**: ${untried}`;
  return mode === undefined ? '' : TRIED_ON[mode];
}

/** A heading's anchor, as GitHub makes it. */
function anchorOf(title: string): string {
  return title
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .replaceAll(' ', '-');
}
