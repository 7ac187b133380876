// The gate: what the loader must know to leave the core where it is. Pure; docs/wire.md has the formats. It errs in one
// direction only: in doubt the core is loaded.

export interface Trigger {
    id: string;
    event?: string;
    screen?: string;
    count?: number; // of events or screens, at least
    session?: number; // at least
}

export interface Gate {
    document: string;
    hash: string;
    triggers: Trigger[];
}

export interface Closed {
    until: number;
    verdict: string;
}

// What the core left for the loader.
export interface GateRecord {
    person: string;
    last_call: number;
    sessions: number;
    document: string;
    triggers: Record<string, { count?: number; closed?: Closed }>;
    due?: number; // from then on the core is needed with no further moment: a delay is over, an interview was interrupted
}

export type Entry =
    | { kind: 'event' | 'screen'; name: string; at: number; properties?: Record<string, unknown> }
    | { kind: 'identify'; person: string; at: number }
    | { kind: 'reset'; at: number }
    | { kind: 'session'; starts: number[]; last: number };

export type Session = Extract<Entry, { kind: 'session' }>;

const kSessionGap = 30 * 60_000;
const kMostStarts = 64;

// The gate in a text, or why there is none.
export function readGate(text: string, project: string): Gate | string {
    let gate: any;
    try {
        gate = JSON.parse(text);
    } catch (error) {
        return `${error}`;
    }
    if (gate?.candor !== 1 || !Array.isArray(gate.triggers)) return 'not a gate of version 1';
    if (gate.project !== project) return `made for project ${gate.project}`;
    return gate;
}

export function readRecord(text: string): GateRecord | undefined {
    try {
        const record = JSON.parse(text);
        return record?.triggers && typeof record.triggers === 'object' ? record : undefined;
    } catch {
        return undefined;
    }
}

// What happened: an event, a screen, or a session that began.
export interface Moment {
    kind: 'event' | 'screen' | 'session';
    name: string;
}

// All that is known when a moment arrives.
export interface Knowledge {
    gate: Gate;
    record: GateRecord | undefined;
    person: string; // in force now; empty while anonymous
    sessions: number; // begun since the record was left
    journal: readonly Entry[]; // the moments since then, this one among them
}

// The record speaks of this person under this document.
function isValid(known: Knowledge): boolean {
    const { record, gate } = known;
    return !!record && record.person === known.person && record.document === gate.hash;
}

function concerns(trigger: Trigger, moment: Moment): boolean {
    return moment.kind === 'session' ? trigger.session !== undefined : trigger[moment.kind] === moment.name;
}

function isMet(trigger: Trigger, known: Knowledge, moment: Moment): boolean {
    const record = known.record;
    // A history of another person or document: its counts say nothing.
    if (record && !isValid(known)) return true;
    if (moment.kind === 'session') return (record?.sessions ?? 0) + known.sessions >= (trigger.session ?? 0);
    const since = known.journal.filter((entry) => 'name' in entry && entry.kind === moment.kind && entry.name === moment.name).length;
    return (record?.triggers[trigger.id]?.count ?? 0) + since >= (trigger.count ?? 1);
}

// What holds a trigger back at this instant, if anything does. A closing that was written by a clock ahead of ours holds.
export function closing(trigger: Trigger, known: Knowledge, now: number): Closed | undefined {
    const closed = isValid(known) ? known.record?.triggers[trigger.id]?.closed : undefined;
    return closed && now < closed.until ? closed : undefined;
}

// Whether the journal needs it: some trigger waits for it.
export function isNamed(gate: Gate, moment: Moment): boolean {
    return gate.triggers.some((trigger) => concerns(trigger, moment));
}

// Whether the core is needed: some trigger waits for this moment, is met and is not closed. An unknown kind of trigger is
// not for this loader to judge.
export function isNeeded(known: Knowledge, moment: Moment, now: number): boolean {
    return known.gate.triggers.some((trigger) => {
        const isKnown = trigger.event !== undefined || trigger.screen !== undefined || trigger.session !== undefined;
        const isWanted = !isKnown || (concerns(trigger, moment) && isMet(trigger, known, moment));
        return isWanted && !closing(trigger, known, now);
    });
}

// The session entry after a call at this instant, and whether it has to be written.
export function touch(session: Session | undefined, lastCall: number, now: number): { session: Session; write: boolean } {
    const last = Math.min(Math.max(session?.last ?? 0, lastCall), now);
    const starts = session?.starts ?? [];
    const begins = last === 0 || now - last >= kSessionGap;
    return {
        session: { kind: 'session', starts: begins ? [...starts, now].slice(-kMostStarts) : starts, last: now },
        write: begins || !session || now - session.last > 60_000,
    };
}
