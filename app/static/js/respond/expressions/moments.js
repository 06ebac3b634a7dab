/* Dates and times: a number of days that shows as a date (surveys/expressions/moments.py). */

export const DAY = 86400000;

/* Days since 1970-01-01T00:00Z, with the text that ODK gives to a date. */
export class Moment extends Number {
  constructor(days, text) {
    super(days);
    this.text = text;
  }
}

export const invalidMoment = () => new Moment(NaN, "Invalid Date");

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

export const iso = (instant) => new Date(instant).toISOString();

const PATTERN = /^(\d{4})-(\d\d)-(\d\d)(?:T(\d\d)(?::(\d\d)(?::(\d\d)(?:\.(\d+))?)?)?(Z|[+-]\d\d:\d\d)?)?$/;

/* { instant, local }: milliseconds since the epoch, and the same as local clocks show them; `finer` if less than one was
 * written behind. Null when the text writes no day or hour of the years 1 to 9999. */
export function readInstant(text, zone) {
  const found = PATTERN.exec(text);
  if (!found) return null;
  const [, year, month, day, hour = "00", minute = "00", second = "00", fraction = "", offset] = found;
  const digits = fraction.padEnd(6, "0");
  const local = utc(year, month, day, hour, minute, second, digits.slice(0, 3));
  // a day or an hour that does not exist was moved to another one
  const written = `${year}-${month}-${day}T${hour}:${minute}:${second}`;
  if (year < 1 || !iso(local).startsWith(written)) return null;
  if (!offset) return inCalendar(zone.instant(local), zone, digits.slice(3, 6) > 0);
  const [hours, minutes] = (offset === "Z" ? "+0:0" : offset).split(":");
  if (Math.abs(hours) > 14 || minutes > 59) return null;
  return inCalendar(local - (hours * 60 + +`${hours[0]}${minutes}`) * 60000, zone, digits.slice(3, 6) > 0);
}

function inCalendar(instant, zone, finer) {
  const local = instant + zone.offset(instant);
  return [instant, local].every((each) => /^(?!0000)\d/.test(iso(each))) ? { instant, local, finer } : null;
}

export const momentAt = (when, zone) => when && new Moment(when.instant / DAY, show(when));

export function momentOfDays(days, zone) {
  const instant = Math.floor(days * DAY + 0.5);
  return (Math.abs(instant) < 1e15 && momentAt(inCalendar(instant, zone))) || invalidMoment();
}

export const readMoment = (text, zone) => momentAt(readInstant(text, zone));

/* ISO 8601 with milliseconds and offset, or the date alone at midnight. */
function show({ instant, local, finer }) {
  const text = iso(local).slice(0, -1);
  if (local % DAY === 0 && !finer) return text.slice(0, 10);
  return `${text}${local < instant ? "-" : "+"}${iso(Math.abs(local - instant)).slice(11, 16)}`;
}
