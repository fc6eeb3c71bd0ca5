import { readFileSync, writeFileSync } from 'node:fs';
import { freshTriedBlock, triedBlock } from './tried-commands.ts';

/** Writes the table of commands in docs/tried-commands.md from the documents. */
const PATH = 'docs/tried-commands.md';
const document = readFileSync(PATH, 'utf8');
writeFileSync(
  PATH,
  document.replace(triedBlock(document), () => freshTriedBlock()),
);
