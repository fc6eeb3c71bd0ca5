import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

/** The versions of a changelog, the newest first. */
const versionsOf = (text: string) =>
  [...text.matchAll(/^## (\d+\.\d+\.\d+) - \d{4}-\d\d-\d\d$/gm)].map(([, v = '']) => v);
const manifestOf = (folder: string) =>
  JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string; scripts: object };

describe('CHANGELOG.md', () => {
  const text = readFileSync('CHANGELOG.md', 'utf8');

  it('has the version of package.json as its newest', () => {
    expect(versionsOf(text)[0]).toBe(manifestOf('.').version);
  });

  it('has a section for what comes next, and no other heading', () => {
    const headings = [...text.matchAll(/^## (.*)$/gm)].map(([, heading]) => heading);
    expect(headings[0]).toBe('Unreleased');
    expect(headings.slice(1).map((heading) => heading?.split(' - ')[0])).toEqual(versionsOf(text));
  });

  it('has a section for each tag of the repository, as far as this clone has them', () => {
    const tags = execFileSync('git', ['tag', '--list', 'v*'], { encoding: 'utf8' })
      .split('\n')
      .filter(Boolean);
    for (const tag of tags) expect(versionsOf(text)).toContain(tag.slice(1));
  });
});

describe('npm version', () => {
  let folder: string;
  const git = (...args: string[]) => execFileSync('git', args, { cwd: folder, encoding: 'utf8' });
  const release = () =>
    execFileSync('npm', ['version', 'minor', '-m', 'chore(release): %s'], { cwd: folder, stdio: 'pipe' });
  const listUnreleased = (line: string) => {
    const path = join(folder, 'CHANGELOG.md');
    writeFileSync(path, readFileSync(path, 'utf8').replace('## Unreleased\n', `## Unreleased\n${line}`));
    git('commit', '-qam', 'a change');
  };

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'release-'));
    for (const file of ['.ci/name-release', 'CHANGELOG.md']) cpSync(file, join(folder, file));
    const { scripts, ...manifest } = manifestOf('.');
    // The check has been run before this test is.
    const kept = { ...scripts, preversion: undefined };
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ ...manifest, scripts: kept }));
    git('init', '-q');
    git('config', 'user.email', 'you@example.com');
    git('config', 'user.name', 'You');
    git('add', '.');
    git('commit', '-qm', 'all');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('names the section, commits and tags', () => {
    listUnreleased('\n### Added\n\n- Something new.\n');
    release();
    const { version } = manifestOf(folder);
    const [tag] = git('tag', '--list').split('\n');
    expect(tag).toBe(`v${version}`);
    const tagged = git('show', `${tag}:CHANGELOG.md`);
    expect(versionsOf(tagged)[0]).toBe(version);
    expect(tagged).toMatch(/## Unreleased\n\n## [\d.]+ - [\d-]+\n\n### Added\n\n- Something new\.\n\n## 0/);
    expect(git('status', '--porcelain')).toBe('');
  });

  it('refuses to release nothing', () => {
    const path = join(folder, 'CHANGELOG.md');
    writeFileSync(
      path,
      readFileSync(path, 'utf8').replace(/## Unreleased\n[\s\S]*?(?=\n## \d)/, '## Unreleased\n'),
    );
    git('commit', '-q', '--allow-empty', '-am', 'released');
    expect(release).toThrow(/nothing to release/);
    expect(git('tag', '--list')).toBe('');
  });
});
