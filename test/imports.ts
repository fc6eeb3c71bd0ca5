import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

/** The project's root. */
export const ROOT = resolve(import.meta.dirname, '..');
/** Where our sources are. */
export const FOLDERS = ['bin', 'lib', 'functions', 'local', 'bench', 'test'];

/** One import: both ends as paths from the root, a package by its specifier. */
export type Import = { readonly from: string; readonly to: string; readonly isType: boolean };

/** The TypeScript files below a folder. */
export function sourcesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(
      (entry) => entry.isFile() && entry.name.endsWith('.ts') && !entry.parentPath.includes('node_modules'),
    )
    .map((entry) => join(entry.parentPath, entry.name));
}

/** A file without its block comments. */
export function code(file: string): string {
  return readFileSync(file, 'utf8').replace(/\/\*[\s\S]*?\*\//g, '');
}

/** The imports of a file. */
export function importsOf(file: string): Import[] {
  const statement = /(?:^|\n)\s*(import|export)\s+(type\s+)?(?:[\w*{][^;'"]*?\sfrom\s+)?['"]([^'"]+)['"]/g;
  return [...code(file).matchAll(statement)].map(([, , type, specifier = '']) => ({
    from: relative(ROOT, file),
    to: target(file, specifier),
    isType: type !== undefined,
  }));
}

/** Where an import points to: a path from the project's root for ours, the specifier itself for a package. */
function target(file: string, specifier: string): string {
  if (specifier.startsWith('.')) return relative(ROOT, resolve(dirname(file), specifier));
  if (!specifier.startsWith('#')) return specifier;
  const path = specifier.slice(1);
  return /^(core|adapters)\//.test(path) ? `functions/${path}` : path;
}
