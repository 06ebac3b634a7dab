/* Dates and times: a number of days that shows as a date (surveys/expressions/moments.py). */

export const DAY = 86400000;
const TIME = /^\d\d:\d\d(:\d\d)?(\.\d+)?(Z|[+-]\d\d:\d\d)?$/;

/* Days since 1970-01-01T00:00Z, with the text and the truth that ODK gives to a date. */
export class Moment extends Number {
  constructor(days, text, truth) {
    super(days);
    Object.assign(this, { text, truth });
  }
}

export const invalidMoment = () => new Moment(NaN, "Invalid Date", false);

/* A place on earth: how far its clocks are from UTC, in milliseconds, at an instant. */
export class Zone {
  constructor(timeZone) {
    const number = "numeric";
    this.clock = new Intl.DateTimeFormat("en", {
      timeZone, hourCycle: "h23", year: number, month: number, day: number, hour: number, minute: number, second: number,
    });
    this.known = new Map();
  }

  offset(instant) {
    if (!this.known.has(instant)) {
      const [month, day, year, hour, ...rest] = this.clock.format(instant).match(/\d+/g);
      this.known.set(instant, utc(year, month, day, hour % 24, ...rest, 0) - Math.floor(instant / 1000) * 1000);
    }
    return this.known.get(instant);
  }

  /* The instant when clocks show `local`: the first one if they show it twice, moved on if they skip it. */
  instant(local) {
    const [early, late] = [-DAY, DAY].map((shift) => local - this.offset(local + shift));
    const shows = (instant) => instant + this.offset(instant) === local;
    return !shows(early) && shows(late) ? late : early;
  }
}

function utc(year, month, day, ...clock) {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  return date.setUTCHours(...clock);
}

const two = (number) => `${number}`.padStart(2, "0");
export const iso = (instant) => new Date(instant).toISOString();

const pattern = (digits) => new RegExp(
  `^(\\d{4})-(${digits})-(${digits})(?:T(\\d\\d)(?::(\\d\\d)(?::(\\d\\d)(?:\\.(\\d+))?)?)?(Z|[+-]\\d\\d:\\d\\d)?)?$`,
);
const PADDED = pattern("\\d\\d");
const UNPADDED = pattern("\\d{1,2}");

/* { instant, local }: milliseconds since the epoch, and the same as local clocks show them; `finer` if less than one was
 * written behind. Null when the text writes no day or hour of the years 1 to 9999. Unpadded, also 2018-1-9. */
export function readInstant(text, zone, unpadded) {
  const found = (unpadded ? UNPADDED : PADDED).exec(text);
  if (!found) return null;
  const [, year, month, day, hour = "00", minute = "00", second = "00", fraction = "", offset] = found;
  const digits = fraction.padEnd(6, "0");
  const local = utc(year, month, day, hour, minute, second, digits.slice(0, 3));
  // a day or an hour that does not exist was moved to another one
  const written = `${year}-${two(month)}-${two(day)}T${hour}:${minute}:${second}`;
  if (year < 1 || !iso(local).startsWith(written)) return null;
  if (!offset) return inCalendar(zone.instant(local), zone, digits.slice(3, 6) > 0);
  const [hours, minutes] = (offset === "Z" ? "+0:0" : offset).split(":");
  if (Math.abs(hours) > 14 || minutes > 59) return null;
  return inCalendar(local - (hours * 60 + +`${hours[0]}${minutes}`) * 60000, zone, digits.slice(3, 6) > 0);
}

function inCalendar(instant, zone, finer) {
  const local = instant + zone.offset(instant);
  return [instant, local].every((each) => each >= -62135596800000 && each < 253402300800000) ? { instant, local, finer } : null;
}

export const momentAt = (when, zone) => when && new Moment(when.instant / DAY, show(when), when.instant !== 0);

export function momentOfDays(days, zone) {
  const instant = Math.floor(days * DAY + 0.5);
  return (Math.abs(instant) < 1e15 && momentAt(inCalendar(instant, zone))) || invalidMoment();
}

export const readMoment = (text, zone, unpadded) => momentAt(readInstant(text, zone, unpadded));

/* The part of the day in [0, 1) that a time writes, as local clocks show it; NaN if none. */
export function timeOfDay(text, zone) {
  const when = TIME.test(text) ? readInstant(`1970-01-01T${text}`, zone) : null;
  return when ? (((when.local % DAY) + DAY) % DAY) / DAY : NaN;
}

/* ISO 8601 with milliseconds and offset, or the date alone at midnight. */
function show({ instant, local, finer }) {
  const text = iso(local).slice(0, -1);
  if (local % DAY === 0 && !finer) return text.slice(0, 10);
  const minutes = Math.floor(Math.abs(local - instant) / 60000);
  return `${text}${local < instant ? "-" : "+"}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}
