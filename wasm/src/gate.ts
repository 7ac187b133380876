// The gate: what the loader must know to leave the core where it is. Pure; docs/wire.md has the formats. It errs in one
// direction only: in doubt the core is loaded.

export interface Trigger {
    id: string;
    event?: string;
    screen?: string;
    match?: 'prefix' | 'glob'; // of a screen; absent: exactly
    count?: number; // of events or screens, at least
    session?: number; // at least
}

export interface Gate {
    document: string;
    hash: string;
    triggers: Trigger[];
    keep?: string[]; // events that no trigger waits for, but that the journal needs
}

// `report`: what the ledger is to hear of the person's first moment at the survey in the wave.
export interface Closed {
    until: number;
    verdict: string;
    report?: { moments?: object };
}

// What the core left for the loader.
export interface GateRecord {
    at: number;
    person: string;
    last_call: number;
    sessions: number;
    document: string;
    triggers: Record<string, { count?: number; closed?: Closed }>;
    due?: number; // from then on the core is needed with no further moment: a delay is over, an interview was interrupted
}

export type Entry =
    // `counted`: by the id of a closed trigger, the event by which the loader has counted it.
    | { kind: 'event' | 'screen'; name: string; at: number; properties?: Record<string, unknown>; counted?: Record<string, object> }
    | { kind: 'call'; at: number } // the first of a day that begins no session
    | { kind: 'identify'; person: string; at: number }
    | { kind: 'reset'; at: number }
    | { kind: 'session'; starts: number[]; last: number };

export type Session = Extract<Entry, { kind: 'session' }>;

const kSessionGap = 30 * 60_000;
const kMostStarts = 64;

function parse(text: string): any {
    try {
        return JSON.parse(text);
    } catch {
        return undefined;
    }
}

// The gate in a text, or why there is none.
export function readGate(text: string, project: string): Gate | string {
    const gate = parse(text);
    if (gate?.candor !== 1 || !Array.isArray(gate.triggers)) return 'not a gate of version 1';
    return gate.project === project ? gate : `made for project ${gate.project}`;
}

export function readRecord(text: string): GateRecord | undefined {
    const record = parse(text);
    return typeof record?.triggers === 'object' && record.triggers ? record : undefined;
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

// "*" is any text, "?" one character. What a star takes is never taken back from an earlier one, so the time is the
// product of the sizes at most.
export function matchesGlob(pattern: string, name: string): boolean {
    const wanted = [...pattern];
    const given = [...name];
    let at = 0;
    let from = -1; // behind the last star
    let taken = 0; // by it
    for (let i = 0; i < given.length; ) {
        if (wanted[at] === '*') {
            from = ++at;
            taken = i;
        } else if (wanted[at] === '?' || wanted[at] === given[i]) {
            at++;
            i++;
        } else if (from < 0) {
            return false;
        } else {
            at = from;
            i = ++taken;
        }
    }
    return wanted.slice(at).every((rest) => rest === '*');
}

function isNameOf(trigger: Trigger, watched: string, name: string): boolean {
    if (!trigger.match) return watched === name;
    return trigger.match === 'glob' ? matchesGlob(watched, name) : name.startsWith(watched);
}

function concerns(trigger: Trigger, moment: Moment): boolean {
    if (moment.kind === 'session') return trigger.session !== undefined;
    const watched = trigger[moment.kind];
    return watched !== undefined && isNameOf(trigger, watched, moment.name);
}

function isMet(trigger: Trigger, known: Knowledge, moment: Moment): boolean {
    if (!concerns(trigger, moment)) return false;
    const record = known.record;
    // A history of another person or document: its counts say nothing.
    if (record && !isValid(known)) return true;
    if (moment.kind === 'session') return (record?.sessions ?? 0) + known.sessions >= (trigger.session ?? 0);
    const since = known.journal.filter((entry) => 'name' in entry && concerns(trigger, entry)).length;
    return (record?.triggers[trigger.id]?.count ?? 0) + since >= (trigger.count ?? 1);
}

// What holds a trigger back at this instant, if anything does: nothing that was written by a clock ahead of ours.
export function closing(trigger: Trigger, known: Knowledge, now: number): Closed | undefined {
    const closed = isValid(known) ? known.record?.triggers[trigger.id]?.closed : undefined;
    return closed && now < closed.until && now >= known.record!.at ? closed : undefined;
}

// What holds back the triggers that this moment meets.
export function closings(known: Knowledge, moment: Moment, now: number): [id: string, closed: Closed][] {
    return (known.gate?.triggers ?? []).flatMap((trigger) => {
        const closed = isMet(trigger, known, moment) && closing(trigger, known, now);
        return closed ? [[trigger.id, closed]] : [];
    });
}

// Whether the journal needs it: some trigger waits for it.
export function isNamed(gate: Gate, moment: Moment): boolean {
    return !!gate.keep?.includes(moment.name) || gate.triggers.some((trigger) => concerns(trigger, moment));
}

// Whether the core is needed: some trigger waits for this moment, is met and is not closed. An unknown kind of trigger is
// not for this loader to judge.
export function isNeeded(known: Knowledge, moment: Moment, now: number): boolean {
    return known.gate.triggers.some((trigger) => {
        const isKnown = trigger.event !== undefined || trigger.screen !== undefined || trigger.session !== undefined;
        const isWanted = !isKnown || isMet(trigger, known, moment);
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
