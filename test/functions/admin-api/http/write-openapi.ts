import { writeFileSync } from 'node:fs';
import { openApiDocument } from '#functions/admin-api/http/openapi.ts';
import { routeTable } from '#functions/admin-api/routes/route-table.ts';

/** Writes `docs/openapi.json` anew: `npx node test/functions/admin-api/http/write-openapi.ts`. */
const file = new URL('../../../../docs/openapi.json', import.meta.url);
writeFileSync(file, `${JSON.stringify(openApiDocument(routeTable), null, 2)}\n`);
