/** What the control endpoint accepts: every body is checked, unknown keys are refused. */
import { z } from 'zod';
import { catalogOpSchema } from '#local/marketplace/catalog/catalog-ops.ts';
import { faultSchema } from '#local/marketplace/faults/fault-schema.ts';

const share = z.number().min(0).max(1);
const limits = z.strictObject({ perMinute: z.int().min(1), concurrent: z.int().min(1) });

/** `POST /faults`: one fault or several. */
export const faultsBody = z.union([faultSchema.transform((fault) => [fault]), z.array(faultSchema).min(1)]);

/** `PATCH /settings`; what is left out stays. */
export const settingsBody = z.strictObject({
  limits: z.union([limits, z.literal('off'), z.literal('contract')]).optional(),
  latencyMs: z.number().min(0).max(600_000).optional(),
  bareCategories: z.boolean().optional(),
  categoryNameField: z.enum(['name', 'category']).optional(),
  ratingUpdates: z.union([z.boolean(), z.literal(404), z.literal(405), z.literal(501)]).optional(),
  down: z.boolean().optional(),
});

/** `POST /catalog/ops`. */
export const opsBody = z.strictObject({ ops: z.array(catalogOpSchema).min(1) });

/** `POST /catalog/categories`. */
export const categoryBody = z.strictObject({
  name: z.string().min(1),
  description: z.string().optional(),
  icon_url: z.string().optional(),
});

/** `PUT /total`: lies on every page until deleted. */
export const totalBody = z.strictObject({
  total: z.int().optional(),
  delta: z.int().optional(),
  totalPages: z.int().optional(),
  totalPagesDelta: z.int().optional(),
});

/** `POST /tokens/expire`: one token, or all. */
export const expireBody = z.strictObject({ token: z.string().min(1).optional() });

/** `POST /tokens/accept`. */
export const acceptBody = z.strictObject({ token: z.string().min(1) });

/** `POST /feed/broadcast`: a frame, or text (or base64 bytes) exactly as it is. */
export const broadcastBody = z
  .strictObject({
    frame: z.looseObject({}).optional(),
    text: z.string().optional(),
    base64: z.base64().optional(),
    binaryFrame: z.looseObject({}).optional(),
    garbage: z.literal(true).optional(),
    oversizedBytes: z
      .int()
      .min(1)
      .max(64 * 1024 * 1024)
      .optional(),
  })
  .refine((body) => Object.keys(body).length === 1, {
    error: 'give one of frame, text, base64, binaryFrame, garbage, oversizedBytes',
  });

/** `POST /feed/flood`. */
export const floodBody = z.strictObject({
  frames: z.int().min(1).max(1_000_000),
  perSecond: z.number().min(1).optional(),
  skills: z.int().min(1).optional(),
});

/** `POST /feed/mood`. */
export const moodBody = z.strictObject({ mood: z.enum(['honest', 'zombie', 'silent']) });

/** `POST /feed/close`; `midFrame` cuts the connection inside a frame. */
export const closeBody = z.strictObject({
  code: z.int().min(0).max(65_535).optional(),
  reason: z.string().max(120).optional(),
  midFrame: z.boolean().optional(),
});

/** `PUT /feed/delivery`; what is left out is off. */
export const deliveryBody = z.strictObject({
  duplicateRate: share.optional(),
  reorderWindow: z.int().min(1).max(10_000).optional(),
  dropRate: share.optional(),
});

/** Calls without parameters. */
export const emptyBody = z.strictObject({});
