import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

/** The project's root. */
export const ROOT = resolve(import.meta.dirname, '..');

/** The folders of our TypeScript, from the project's root. */
export const FOLDERS = ['bin', 'lib', 'functions', 'local', 'bench', 'test'];

/** One import or re-export. `to` is a path from the project's root for ours, the specifier itself for a package. */
export type Import = { readonly from: string; readonly to: string; readonly isType: boolean };

/** The TypeScript files in a folder and below it, as paths from the project's root. */
export function sourcesIn(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter(
      (entry) => entry.isFile() && entry.name.endsWith('.ts') && !entry.parentPath.includes('node_modules'),
    )
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)));
}

/** The folders in a folder, without those below them. */
export function foldersIn(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);
}

/** A file's text. */
export function textOf(file: string): string {
  return readFileSync(join(ROOT, file), 'utf8');
}

/** A file's text without its block comments. */
export function codeOf(file: string): string {
  return textOf(file).replace(/\/\*[\s\S]*?\*\//g, '');
}

/** What a file imports. */
export function importsOf(file: string): Import[] {
  const statement = /(?:^|\n)\s*(import|export)\s+(type\s+)?(?:[\w*{][^;'"]*?\sfrom\s+)?['"]([^'"]+)['"]/g;
  return [...codeOf(file).matchAll(statement)].map(([, , type, specifier = '']) => ({
    from: file,
    to: target(file, specifier),
    isType: type !== undefined,
  }));
}

function target(file: string, specifier: string): string {
  if (specifier.startsWith('.')) return join(dirname(file), specifier);
  if (!specifier.startsWith('#')) return specifier;
  const path = specifier.slice(1);
  return /^(core|adapters)\//.test(path) ? `functions/${path}` : path;
}
