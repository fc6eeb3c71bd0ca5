import { readFileSync, writeFileSync } from 'node:fs';
import { freshSettingsBlock, settingsBlock } from './settings-table.ts';

/** Writes the table of settings in docs/deployment.md anew from the schema. */
const PATH = 'docs/deployment.md';
const document = readFileSync(PATH, 'utf8');
writeFileSync(
  PATH,
  document.replace(settingsBlock(document), () => freshSettingsBlock()),
);
