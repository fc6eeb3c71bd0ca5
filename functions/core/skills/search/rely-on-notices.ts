import type { CachedSkill } from '#core/skills/cached-skill.ts';
import type { RememberingReader, SkillBatchReader } from '#core/skills/skill-reader.ts';
import { MAX_INDEXED } from './search-snapshots.ts';
import type { NoticeWatch } from './watch-notices.ts';

type ReliedOn = { readonly id: string; readonly readAt: number; readonly skill: CachedSkill };

/**
 * The same reader, which reads nothing of a skill that it remembers and that nobody has announced to write since it was
 * read. All it asks for then is the notices. What it can't tell that of is read, and what was read long ago: at once,
 * beside the look at the notices. For consistent reads; others are as they were.
 */
export function relyOnNotices(reader: RememberingReader, watch: NoticeWatch): SkillBatchReader {
  const readTimes = new Map<string, number>();
  const read = async (ids: readonly string[], now: Date) => {
    if (ids.length === 0) return [];
    const skills = await reader.getMany(ids, now, true);
    if (readTimes.size > MAX_INDEXED) readTimes.clear();
    for (const { remote } of skills) readTimes.set(remote.skill.skill_id, now.getTime());
    return skills;
  };
  const reliedOn = (id: string, now: Date): ReliedOn | undefined => {
    const readAt = readTimes.get(id);
    if (readAt === undefined || !watch.isWorthALook(readAt)) return undefined;
    const skill = reader.remembered(id);
    // One that has expired may have been renewed.
    return skill && skill.expiresAt > now ? { id, readAt, skill } : undefined;
  };
  const confirm = async (held: readonly ReliedOn[], now: Date) => {
    if (held.length === 0) return [];
    const holds = await watch.look();
    const confirmed = held.filter(({ id, readAt }) => holds(id, readAt));
    const others = held.filter((one) => !confirmed.includes(one)).map(({ id }) => id);
    return [...confirmed.map(({ skill }) => skill), ...(await read(others, now))];
  };
  return {
    async getMany(skillIds, now, isConsistent = false) {
      if (!isConsistent) return reader.getMany(skillIds, now);
      const ids = [...new Set(skillIds)];
      const held = new Map(
        ids.flatMap((id) => {
          const one = reliedOn(id, now);
          return one ? [[id, one] as const] : [];
        }),
      );
      const [confirmed, others] = await Promise.all([
        confirm([...held.values()], now),
        read(
          ids.filter((id) => !held.has(id)),
          now,
        ),
      ]);
      return [...confirmed, ...others];
    },
  };
}
