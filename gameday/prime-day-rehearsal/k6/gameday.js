// Made by `cloudtune gameday`; regenerate rather than edit. Run:
//   GAMEDAY_TARGET=https://rehearsal.example.com k6 run gameday.js
// Journeys begin at planned rates whatever the target does (open model); options.json holds the rates.
import http from "k6/http";
import exec from "k6/execution";
import { sleep } from "k6";

export const options = JSON.parse(open("./options.json"));
const plan = JSON.parse(open("./plan.json"));
const target = __ENV.GAMEDAY_TARGET;
const run = __ENV.GAMEDAY_RUN || "1";
if (!plan.targets.includes(target)) {
  throw new Error(`GAMEDAY_TARGET must be one of ${plan.targets.join(", ")}`);
}

// A small generator of its own for every journey: the same plan sends the same requests.
function generator(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

// Cumulative weights of a Zipf list: few items are what most customers look at.
const zipf = [];
for (let rank = 1, total = 0; rank <= plan.items; rank++) {
  total += Math.pow(rank, -plan.skew);
  zipf.push(total);
}

function item(draw) {
  const wanted = draw * zipf[zipf.length - 1];
  let low = 0;
  let high = zipf.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (zipf[middle] < wanted) low = middle + 1;
    else high = middle;
  }
  return low + 1;
}

function product(draw, seconds) {
  const mix = plan.mixes.filter((one) => one.after_s <= seconds).pop() || plan.mixes[0];
  let along = 0;
  for (const [name, share] of mix.products) {
    along += share;
    if (draw < along) return name;
  }
  return mix.products[mix.products.length - 1][0];
}

// Log-normal: the median as planned, and a long tail.
function think(journey, random) {
  const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  return journey.think_s * Math.exp(journey.sigma * normal);
}

function walk(name) {
  const journey = plan.journeys[name];
  const random = generator(plan.seed + 7919 * exec.scenario.iterationInTest + journey.salt);
  const seconds = exec.instance.currentTestRunDuration / 1000;
  const bought = product(random(), seconds);
  for (const [k, step] of journey.calls.entries()) {
    const call = plan.calls[step.name];
    for (let time = 0; time < step.times; time++) {
      const path = call.path.replace("{product}", bought).replace("{item}", item(random()));
      http.request(call.method, target + path, null, {
        headers: { "x-synthetic": `gameday/${plan.name}/${run}` },
        tags: { name: step.name, journey: name },
      });
      if (k < journey.calls.length - 1 || time < step.times - 1) sleep(think(journey, random));
    }
    if (random() >= step.goes_on) return;
  }
}

export default function () {
  walk(exec.scenario.name);
}
