import { existsSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { codeOf, sourcesIn } from './sources.ts';

const ROOT = resolve(import.meta.dirname, '..');

/** Modules that are tested under another name, and where. */
const TESTED_ELSEWHERE: readonly {
  readonly modules: RegExp;
  readonly by: string;
  readonly because: string;
}[] = [
  {
    modules: /^functions\/[\w-]+\/handler\.ts$/,
    by: 'test/local/start/start.integration.test.ts',
    because: 'a composition root only wires: it is tested as it is deployed',
  },
  {
    modules: /^functions\/adapters\/dynamodb\/\w+\/[\w-]+-item\.ts$/,
    by: 'test/contracts/every-contract.ts',
    because: 'how an item is stored is its store’s own affair: the contracts read back what was written',
  },
  {
    modules: /^functions\/adapters\/dynamodb\/ratings\/(memory-)?rating-(pulls|tally|conflict-log)\.ts$/,
    by: 'test/contracts/rating-store.contract.ts',
    because: 'the ports of ratings have one contract',
  },
  {
    modules:
      /^functions\/adapters\/dynamodb\/tickets\/(ticket-(entries|months|revisions|text)|list-tickets|raw-text)\.ts$/,
    by: 'test/contracts/ticket-store.contract.ts',
    because:
      'they are parts of the store of tickets, which is tested as a whole, and by the contract of its list',
  },
  {
    modules: /^functions\/adapters\/dynamodb\/issues\/(issue-(blobs|keys)|publish-blobs|sweep-blobs)\.ts$/,
    by: 'test/contracts/issue-generations.contract.ts',
    because: 'they are the steps of a publication, which is whole or not there',
  },
  {
    modules:
      /^functions\/adapters\/dynamodb\/issues\/(issue-(decisions|events|facts|lists|moves)|delete-rows)\.ts$/,
    by: 'test/contracts/issue-records.contract.ts',
    because: 'they are parts of the store of records, which is tested as a whole',
  },
  {
    modules: /^functions\/core\/tickets\/text\/(find-[\w-]+|phone-rules|pii-span)\.ts$/,
    by: 'test/functions/core/tickets/text/redact.test.ts',
    because: 'what one detector leaves to the next shows only where all of them read the same text',
  },
  {
    modules: /^functions\/core\/tickets\/text\/injection-cues\.ts$/,
    by: 'test/functions/core/tickets/text/injection.test.ts',
    because: 'the phrases are data, tried by the set of injections',
  },
  {
    modules:
      /^functions\/core\/issues\/clusters\/vectors\/(corpus|feature-(keys|table|weights)|int-list|row-builder|sparse-rows)\.ts$/,
    by: 'test/functions/core/issues/clusters/vectors/vectorizer.test.ts',
    because: 'they are the steps from a text to its vector, which shows whether each is right',
  },
  {
    modules: /^functions\/core\/issues\/clusters\/graph\/(best-list|inverted-index|neighbours)\.ts$/,
    by: 'test/functions/core/issues/clusters/graph/nearest.test.ts',
    because: 'what is found is compared with all cosines',
  },
  {
    modules: /^functions\/core\/issues\/clusters\/graph\/(apart|graph|local-moving|random)\.ts$/,
    by: 'test/functions/core/issues/clusters/graph/louvain.test.ts',
    because: 'they are the parts of Louvain, whose results are known for small graphs',
  },
  {
    modules: /^functions\/core\/issues\/clusters\/(same-vectors|graph\/(neighbour-graph|row-sets))\.ts$/,
    by: 'test/functions/core/issues/clusters/cluster-vectors.test.ts',
    because: 'they decide which rows are one node, which shows in the groups',
  },
  {
    modules: /^functions\/core\/issues\/clusters\/describe\/(examples|keywords|term-counts)\.ts$/,
    by: 'test/functions/core/issues/clusters/describe/describe-cluster.test.ts',
    because: 'a description is what the three make together',
  },
  {
    modules: /^functions\/core\/issues\/summaries\/(issue-(numbers|traits)|kept-description)\.ts$/,
    by: 'test/functions/core/issues/summaries/summarise-issues.test.ts',
    because: 'they are the parts of a summary, and show in it',
  },
  {
    modules: /^functions\/core\/issues\/labels\/order-phrases\.ts$/,
    by: 'test/functions/core/issues/labels/label-text.test.ts',
    because: 'the phrases are data, tried by titles that are one and titles that are none',
  },
  {
    modules:
      /^functions\/ticket-issues\/(known-issues|assign-stage|trends-stage|publish-issues|forget-texts|keep-incidents|older-incidents)\.ts$/,
    by: 'test/functions/ticket-issues/update-issues.test.ts',
    because: 'they are the steps from one generation to the next, which shows whether each is right',
  },
  {
    modules:
      /^functions\/ticket-issues\/(digest-stage|issue-gauges|issue-session|keep-facts|keep-merges)\.ts$/,
    by: 'test/functions/ticket-issues/run-issues.test.ts',
    because: 'what they leave is seen after a whole run',
  },
  {
    modules: /^functions\/admin-api\/tickets\/(one-at-a-time|require-tickets)\.ts$/,
    by: 'test/functions/admin-api/tickets/start-task.test.ts',
    because: 'who may start is seen where several start',
  },
  {
    modules: /^functions\/admin-api\/(tickets\/read-worker|present\/present-worker)\.ts$/,
    by: 'test/functions/admin-api/routes/tasks.test.ts',
    because: 'the worker’s status is made of runs as they are left',
  },
  {
    modules: /^functions\/admin-api\/(tickets\/(task-run|cursor-age)|present\/present-task-run)\.ts$/,
    by: 'test/functions/admin-api/routes/task-runs.test.ts',
    because: 'a run is presented by what is known of it now',
  },
  {
    modules: /^functions\/admin-api\/(tickets\/change-ticket|present\/present-ticket)\.ts$/,
    by: 'test/functions/admin-api/routes/tickets.test.ts',
    because: 'what becomes of a ticket is read back as it is shown',
  },
  {
    modules:
      /^functions\/admin-api\/(issues\/(list-issues|live-tickets|answer-(issues|tickets)|find-issue|issue-detail|issue-ids)|present\/present-issue)\.ts$/,
    by: 'test/functions/admin-api/routes/issues.test.ts',
    because: 'what an issue is, and what becomes of it, is read back as it is shown',
  },
  {
    modules: /^functions\/admin-api\/issues\/(decide-issues|apply-decisions)\.ts$/,
    by: 'test/functions/admin-api/routes/issue-decisions.test.ts',
    because: 'a decision is made of what it leaves: tickets, counts, moves and events together',
  },
  {
    modules: /^functions\/admin-api\/issues\/(search-tickets|ticket-index)\.ts$/,
    by: 'test/functions/admin-api/routes/ticket-search.test.ts',
    because: 'what is found depends on generation, index and tickets together',
  },
  {
    modules: /^functions\/admin-api\/(issues\/read-trends|present\/present-incident)\.ts$/,
    by: 'test/functions/admin-api/routes/trends.test.ts',
    because: 'points and incidents are asked for by their routes alone',
  },
  {
    modules: /^functions\/admin-api\/issues\/read-digest\.ts$/,
    by: 'test/functions/admin-api/routes/digest.test.ts',
    because: 'a digest is asked for by its route alone',
  },
  {
    modules: /^functions\/admin-api\/tickets\/reset-tickets\.ts$/,
    by: 'test/functions/admin-api/routes/ticket-account.test.ts',
    because: 'a reset is asked for by its route alone',
  },
  {
    modules: /^functions\/admin-api\/(health\/ticket-metrics|issues\/count-issues)\.ts$/,
    by: 'test/functions/admin-api/routes/metrics.test.ts',
    because: 'the series of the tickets are a part of all series',
  },
];

const MIRROR = /(\.\w+)?\.test\.ts$/;
const mirrored = new Set(
  sourcesIn('test')
    .filter((file) => MIRROR.test(file))
    .map((file) => file.replace(MIRROR, '').replace(/^test\//, '')),
);
/** A port's fake and its adapter have one suite, the contract of that name. */
const contracts = new Set(
  sourcesIn('test')
    .filter((file) => file.endsWith('.contract.ts'))
    .map((file) => basename(file, '.contract.ts')),
);

function hasTest(module: string): boolean {
  const path = module.replace(/\.ts$/, '');
  return mirrored.has(path) || contracts.has(basename(path).replace(/^memory-/, ''));
}

/** Whether a module branches, repeats or catches: what only wires, names or types decides nothing. */
function decides(module: string): boolean {
  const code = codeOf(module)
    .replace(/^import [\s\S]*?;$/gm, '')
    .replace(/'[^'\n]*'/g, "''")
    .replace(/\/\/.*$/gm, '');
  return /\b(if|for|while|switch) \(|\bcatch\b|&&|\|\||\?\?|\s\? /.test(code);
}

describe('Every module of functions/ that decides something', () => {
  const isElsewhere = (module: string) => TESTED_ELSEWHERE.some(({ modules }) => modules.test(module));
  const untested = sourcesIn('functions').filter(
    (module) => decides(module) && !hasTest(module) && !isElsewhere(module),
  );

  it('has a test at its own path in test/, or a contract, or is tested elsewhere for a reason', () => {
    expect(untested).toEqual([]);
  });

  it('has the other test that is named, and the pattern is about something', () => {
    const modules = sourcesIn('functions');
    const wrong = TESTED_ELSEWHERE.filter(
      (one) => !existsSync(join(ROOT, one.by)) || !modules.some((module) => one.modules.test(module)),
    );
    expect(wrong).toEqual([]);
  });
});
