import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { COMMAND_DOCUMENTS, callsOf, commandBlocks } from './command-blocks.ts';
import { freshTriedBlock, triedBlock } from './tried-commands.ts';

const BLOCKS = COMMAND_DOCUMENTS.flatMap(commandBlocks);

describe('docs/tried-commands.md', () => {
  it('lists every block of commands (npx node test/docs/write-tried-commands.ts writes it)', () => {
    expect(triedBlock(readFileSync('docs/tried-commands.md', 'utf8'))).toBe(freshTriedBlock());
  });
});

describe('The commands of the operator’s documents', () => {
  it.each(BLOCKS)('say how they are tried: $name', ({ mode }) => {
    expect(mode).toBeDefined();
  });

  it.each(BLOCKS)('have a reason where nothing tries them: $name', ({ script, mode, untried }) => {
    const needsMore = callsOf(script).some((call) => /^(npx cdk|npm|git)\b/.test(call));
    if (mode === 'aws' && needsMore) expect(untried).toBeDefined();
  });

  it.each(BLOCKS)('carry no secret on a command line: $name', ({ script }) => {
    expect(script).not.toMatch(/PASSWORD=\$|--secret-string '|--password "|NEW_PASSWORD=/);
    expect(script).not.toMatch(/--arg \w+ "\$\{?(?:\w*TOKEN|\w*PASSWORD|\w*SECRET|API_KEY)\b/);
  });

  it.each(BLOCKS)(
    'call nothing that AWS’s command line has in one of its versions only: $name',
    ({ script }) => {
      // Version 1, which the tests use, has no `logs tail`; none reads `--cli-input-json` from a pipe.
      expect(script).not.toMatch(
        /aws logs tail|--cli-input-json file:\/\/\/dev\/stdin|describe-stack-resources/,
      );
    },
  );

  it.each(BLOCKS)('have one name for the stack: $name', ({ script }) => {
    expect(script).not.toMatch(/\$\{?(STACK|stack)\b/);
  });

  it('receive from the queue of missed invocations only', () => {
    for (const { script, name } of BLOCKS.filter((block) => block.script.includes('receive-message'))) {
      expect(script, name).toMatch(/receive-message --queue-url "\$\(output MissedInvocationsQueueUrl\)"/);
    }
  });
});
