import { describe, expect, it } from 'vitest';
import { codeOf, FOLDERS, foldersIn, type Import, importsOf, sourcesIn } from './sources.ts';

/** What a folder may import of its neighbours. */
type Neighbours = Readonly<Record<string, readonly string[]>>;

/**
 * The domains of core, from the bottom up. The files of `functions/core` itself (errors, log, page …) are below all
 * domains. A skill and its conflicts know each other: a conflict is three sides of a skill, an entry holds its conflict.
 */
const CORE: Neighbours = {
  json: [],
  time: [],
  records: ['time'],
  feed: ['time'],
  marketplace: ['json', 'time'],
  conflicts: ['json', 'time', 'skills'],
  skills: ['json', 'time', 'marketplace', 'conflicts'],
  categories: ['json', 'time', 'marketplace', 'skills'],
  ratings: ['json', 'time', 'marketplace', 'skills'],
  runs: ['time', 'marketplace'],
  tickets: ['json', 'time', 'runs'],
  issues: ['json', 'time', 'tickets'],
};

/** The entities of the table. What all of them need is in `table`, which knows none of them. */
const ENTITIES: Neighbours = {
  table: [],
  records: ['table'],
  runs: ['table'],
  feed: ['table', 'runs'],
  marketplace: ['table'],
  conflicts: ['table', 'skills'],
  skills: ['table', 'conflicts'],
  categories: ['table', 'skills'],
  ratings: ['table', 'skills', 'marketplace', 'records'],
  tickets: ['table'],
  issues: ['table'],
};

/** The emulators: each stands for one AWS service, and knows another only where AWS's own does. */
const EMULATORS: Neighbours = {
  dynamodb: [],
  sqs: [],
  scheduler: [],
  tasks: [],
  lambda: ['sqs'],
  api: ['lambda'],
  secrets: ['lambda'],
  zendesk: [],
  marketplace: [],
};

/** The composition that the functions of all jobs share, which brings run, metrics and limiter together. */
const JOB_HANDLER = 'functions/adapters/lambda/job-handler.ts';

type Rule = {
  readonly what: string;
  readonly forbids: (edge: Import, isConstants: (path: string) => boolean) => boolean;
};

/** Arrows point one way: `handler → verb-noun → core ← adapters`; each rule names what it forbids. */
const RULES: readonly Rule[] = [
  {
    what: 'core imports nothing but core',
    forbids: ({ from, to }) => isIn(from, 'functions/core') && isOurs(to) && !isIn(to, 'functions/core'),
  },
  {
    what: 'core imports no SDK',
    forbids: ({ from, to }) => isIn(from, 'functions/core') && isSdk(to),
  },
  {
    what: 'adapters import only core and adapters',
    forbids: ({ from, to }) =>
      isIn(from, 'functions/adapters') && isOurs(to) && !isIn(to, 'functions/core', 'functions/adapters'),
  },
  {
    what: 'in a function only handler, main and config know adapters, SDK and environment',
    forbids: ({ from, to }) => isLogic(from) && (isIn(to, 'functions/adapters') || isSdk(to)),
  },
  {
    what: 'functions know neither the infrastructure nor the local run',
    forbids: ({ from, to }) =>
      isIn(from, 'functions') &&
      (isIn(to, 'lib', 'bin', 'local', 'bench', 'test') || to.startsWith('aws-cdk')),
  },
  {
    what: 'what lies directly in core knows no domain',
    forbids: ({ from, to }) =>
      isIn(from, 'functions/core') &&
      folderIn('functions/core', from) === '' &&
      folderIn('functions/core', to) !== '',
  },
  {
    what: 'a domain of core knows only those below it',
    forbids: (edge) => isBeyond('functions/core', CORE, edge),
  },
  {
    what: 'an entity of the table knows only those that it holds',
    forbids: (edge) => isBeyond('functions/adapters/dynamodb', ENTITIES, edge),
  },
  {
    what: 'adapters of different systems do not know each other, apart from the clock, HTTP and the set-up of the job functions',
    forbids: ({ from, to }) =>
      from !== JOB_HANDLER &&
      isIn(from, 'functions/adapters') &&
      isIn(to, 'functions/adapters') &&
      !isIn(to, 'functions/adapters/clock', 'functions/adapters/http') &&
      folderIn('functions/adapters', from) !== folderIn('functions/adapters', to),
  },
  {
    what: 'a capability knows no other',
    forbids: ({ from, to }) =>
      isCapability(from) && isCapability(to) && folderIn('functions', from) !== folderIn('functions', to),
  },
  {
    what: 'in the API only the handler knows the routes',
    forbids: ({ from, to }) =>
      isIn(from, 'functions') &&
      isIn(to, 'functions/admin-api/routes') &&
      !isIn(from, 'functions/admin-api/routes') &&
      from !== 'functions/admin-api/handler.ts',
  },
  {
    what: 'in the API what presents and what measures health know no HTTP',
    forbids: ({ from, to }) =>
      isIn(from, 'functions/admin-api/present', 'functions/admin-api/health') &&
      isIn(to, 'functions/admin-api/http'),
  },
  {
    what: 'the settings know nothing else of lib',
    forbids: ({ from, to }) => isIn(from, 'lib/settings') && isIn(to, 'lib') && !isIn(to, 'lib/settings'),
  },
  {
    what: 'the local run knows of the functions only core',
    forbids: ({ from, to }) => isIn(from, 'local') && isIn(to, 'functions') && !isIn(to, 'functions/core'),
  },
  {
    what: 'an emulator knows no other, but for those that AWS ties to it',
    forbids: (edge) =>
      isKnown(EMULATORS, 'local', edge.to) &&
      isKnown(EMULATORS, 'local', edge.from) &&
      isBeyond('local', EMULATORS, edge),
  },
  {
    what: 'the guard of the listeners knows no emulator',
    forbids: ({ from, to }) =>
      isIn(from, 'local/guard') &&
      isIn(to, 'local') &&
      folderIn('local', to) !== 'guard' &&
      to !== 'local/errors.ts',
  },
  {
    what: 'what the benchmarks share knows none of them',
    forbids: ({ from, to }) =>
      isIn(from, 'bench/report', 'bench/services') &&
      isIn(to, 'bench') &&
      !isIn(to, 'bench/report', 'bench/services'),
  },
  {
    what: 'lib imports only types from functions, and the constants of core',
    forbids: ({ from, to, isType }, isConstants) =>
      isIn(from, 'lib', 'bin') && isIn(to, 'functions') && !isType && !isConstants(to),
  },
  {
    what: 'lib does not know the local run',
    forbids: ({ from, to }) => isIn(from, 'lib', 'bin') && isIn(to, 'local', 'bench', 'test'),
  },
  {
    what: 'only tests and benchmarks import the local run',
    forbids: ({ from, to }) => isIn(to, 'local') && !isIn(from, 'local', 'bench', 'test'),
  },
  {
    what: 'only tests and benchmarks import tests',
    forbids: ({ from, to }) => isIn(to, 'test') && !isIn(from, 'bench', 'test'),
  },
];

describe('Import directions', () => {
  const edges = FOLDERS.flatMap(sourcesIn).flatMap(importsOf);

  /** A module of core that brings nothing else along: it imports types, and what Node itself has, at most. */
  const isConstants = (path: string) =>
    isIn(path, 'functions/core') &&
    !edges.some(({ from, to, isType }) => from === path && !isType && !to.startsWith('node:'));

  it('finds the imports at all', () => {
    expect(edges.length).toBeGreaterThan(100);
    expect(edges).toContainEqual({
      from: 'functions/core/skills/skill.ts',
      to: 'functions/core/time/instant.ts',
      isType: false,
    });
  });

  it.each(RULES)('keeps the rule: $what', ({ forbids }) => {
    const forbidden = edges.filter((edge) => forbids(edge, isConstants));
    expect(forbidden.map(({ from, to }) => `${from} → ${to}`)).toEqual([]);
  });

  it.each([
    ['functions/core', CORE],
    ['functions/adapters/dynamodb', ENTITIES],
  ])('has a row for each folder in %s', (parent, rows) => {
    expect(foldersIn(parent).sort()).toEqual(Object.keys(rows).sort());
  });

  it('takes zod by namespace in functions, which keeps 370 KB of its translations out of each bundle', () => {
    const offenders = sourcesIn('functions').filter((file) => /import \{ z \} from 'zod'/.test(codeOf(file)));
    expect(offenders).toEqual([]);
  });

  it('parses JSON in one place: anything else would change numbers on their way', () => {
    const offenders = sourcesIn('functions').filter((file) =>
      /\bJSON\.parse\(|\.json\(\)/.test(codeOf(file)),
    );
    expect(offenders).toEqual(['functions/core/json/json.ts']);
  });

  it('lets core read neither environment nor clock nor chance', () => {
    const offenders = sourcesIn('functions/core').filter((file) =>
      /process\.env|Date\.now\(|new Date\(\)|Math\.random\(|performance\.now\(|setTimeout\(/.test(
        codeOf(file),
      ),
    );
    expect(offenders).toEqual([]);
  });
});

/** The first folder of a path below another: `json` for `functions/core/json/json.ts`, empty for a file there. */
function folderIn(parent: string, path: string): string {
  const [first = '', ...rest] = path.slice(parent.length + 1).split('/');
  return isIn(path, parent) && rest.length > 0 ? first : '';
}

/** An import from one folder of `parent` into another that its row does not name. */
function isBeyond(parent: string, rows: Neighbours, { from, to }: Import): boolean {
  const [own, other] = [folderIn(parent, from), folderIn(parent, to)];
  if (own === '' || other === '' || own === other) return false;
  return !rows[own]?.includes(other);
}

function isKnown(rows: Neighbours, parent: string, path: string): boolean {
  return folderIn(parent, path) in rows;
}

function isIn(path: string, ...folders: readonly string[]): boolean {
  return folders.some((folder) => path.startsWith(`${folder}/`));
}

function isOurs(path: string): boolean {
  return isIn(path, ...FOLDERS);
}

function isSdk(specifier: string): boolean {
  return specifier.startsWith('@aws-sdk/') || specifier.startsWith('@smithy/');
}

function isCapability(path: string): boolean {
  return isIn(path, 'functions') && !isIn(path, 'functions/core', 'functions/adapters');
}

/** A file of a function's folder that is neither its composition root nor its configuration. */
function isLogic(path: string): boolean {
  return isCapability(path) && !/\/(handler|main|config)\.ts$/.test(path);
}
