import { describe, expect, it } from 'vitest';
import { codeOf, FOLDERS, sourcesIn } from './sources.ts';

/** Words of our own making, each with the term that `docs/glossary.md` has for it. */
const TERMS: Readonly<Record<string, string>> = {
  standoff: 'three-way state',
  decider: 'resolution strategy',
  occasion: 'decision context',
  occurrence: 'write cause',
  tenure: 'lease',
  faltered: 'attempt failed',
  bury: 'tombstone',
  burial: 'tombstone',
  figures: 'rating aggregates',
  look: 'pass',
  looks: 'pass',
  fold: 'coalesce',
  folded: 'coalesce',
  patience: 'acquire options',
  settle: 'resolve, finish',
  settled: 'outbox, resolved',
  unsettled: 'outbox, unresolved',
  judge: 'evaluate, validate, assess',
  judged: 'evaluated, validated, assessed',
  standing: 'stored version',
  bring: 'push, fetch',
  told: 'answer, reported',
  notable: 'alarmed event',
  trail: 'request context',
  afterwards: 'best effort',
};

describe('Exported names', () => {
  it('use the glossary’s terms, not words of our own making', () => {
    const names = FOLDERS.filter((folder) => folder !== 'test')
      .flatMap(sourcesIn)
      .flatMap((file) => exportedNames(codeOf(file)).map((name) => ({ file, name })));
    expect(names.length).toBeGreaterThan(500);
    const invented = names.flatMap(({ file, name }) =>
      wordsOf(name)
        .filter((word) => Object.hasOwn(TERMS, word))
        .map((word) => `${file}: ${name} (${TERMS[word]})`),
    );
    expect(invented).toEqual([]);
  });

  it('are taken apart by their capitals and underscores', () => {
    expect(['settledByRule', 'BRING_RATING', 'createHTTPJudge'].map(wordsOf)).toEqual([
      ['settled', 'by', 'rule'],
      ['bring', 'rating'],
      ['create', 'http', 'judge'],
    ]);
  });
});

function exportedNames(code: string): string[] {
  const declaration = /^export (?:async |abstract )*(?:const|let|function|class|type|interface) (\w+)/gm;
  return [...code.matchAll(declaration)].map(([, name = '']) => name);
}

function wordsOf(name: string): string[] {
  return name
    .replace(/([a-z\d])([A-Z])|([A-Z]+)(?=[A-Z][a-z])/g, '$1$3 $2')
    .split(/[ _]+/)
    .map((word) => word.toLowerCase());
}
