/** What a sentence of a story does to the running number. */
export type Operation = "+" | "-" | "*" | "/";

/** One sentence of a story: an operation with the number {n}. */
export interface Move {
  readonly operation: Operation;
  readonly text: string;
  /** The question to end with after this move, where it is not the story's; such a move can only be the last. */
  readonly ask?: string;
}

/**
 * A template of word problems. {n} is the sentence's number, {name} and {friend} are people, {things} are objects.
 * Among the moves without an own question are at least one `+` and one `-` and three in all, so that the next of three
 * operations is always possible.
 */
export interface Story {
  /** Which objects it tells of, where it tells of any. */
  readonly things?: keyof typeof things;
  readonly open: string;
  /** The operation that always follows the opening. */
  readonly first?: Move;
  readonly moves: readonly Move[];
  readonly ask: string;
}

/** The objects that stories are told about, by kind. */
export const things = {
  small: ["pens", "stamps", "shells", "marbles", "coins", "cards", "beads", "stickers"],
  food: ["rolls", "cookies", "muffins", "pies", "tarts", "buns"],
  plants: ["roses", "tulips", "beans", "carrots", "lilies", "onions"],
  birds: ["ducks", "geese", "swans", "gulls", "crows"],
  fruit: ["apples", "pears", "plums", "lemons", "figs"],
} as const;

/** The templates. */
export const stories: readonly Story[] = [
  {
    things: "small",
    open: "{name} has {n} {things}.",
    moves: [
      { operation: "+", text: "{name} buys {n} more." },
      { operation: "+", text: "{friend} gives {name} {n} more." },
      { operation: "-", text: "{name} loses {n}." },
      { operation: "-", text: "{name} gives away {n}." },
      {
        operation: "*",
        text: "{friend} has {n} times as many.",
        ask: "How many {things} does {friend} have?",
      },
      {
        operation: "/",
        text: "{name} shares them equally among {n} friends.",
        ask: "How many {things} does each friend get?",
      },
    ],
    ask: "How many {things} does {name} have now?",
  },
  {
    open: "{n} people are on a bus.",
    moves: [
      { operation: "+", text: "{n} people get on." },
      { operation: "-", text: "{n} people get off." },
      { operation: "+", text: "At the school {n} more get on." },
      { operation: "-", text: "At the park {n} get off." },
      {
        operation: "*",
        text: "A train carries {n} times as many.",
        ask: "How many people are on the train?",
      },
      { operation: "/", text: "They form {n} equal groups.", ask: "How many people are in each group?" },
    ],
    ask: "How many people are on the bus now?",
  },
  {
    things: "small",
    open: "{name} fills {n} boxes.",
    first: { operation: "*", text: "Each box holds {n} {things}." },
    moves: [
      { operation: "+", text: "{friend} brings {n} more {things}." },
      { operation: "-", text: "{n} {things} break." },
      { operation: "-", text: "{name} sells {n} {things}." },
      {
        operation: "/",
        text: "{name} puts the {things} into {n} equal bags.",
        ask: "How many {things} are in each bag?",
      },
    ],
    ask: "How many {things} are there now?",
  },
  {
    open: "{name} saves {n} dollars.",
    moves: [
      { operation: "+", text: "{name} earns {n} dollars." },
      { operation: "+", text: "{name} finds {n} dollars." },
      { operation: "-", text: "{name} spends {n} dollars." },
      { operation: "-", text: "{name} pays {friend} {n} dollars." },
      {
        operation: "*",
        text: "{friend} has {n} times as much.",
        ask: "How many dollars does {friend} have?",
      },
      {
        operation: "/",
        text: "{name} splits the money among {n} children.",
        ask: "How many dollars does each child get?",
      },
    ],
    ask: "How many dollars does {name} have now?",
  },
  {
    things: "food",
    open: "{name} bakes {n} trays.",
    first: { operation: "*", text: "Each tray has {n} {things}." },
    moves: [
      { operation: "+", text: "{friend} bakes {n} more {things}." },
      { operation: "-", text: "They eat {n} {things}." },
      { operation: "-", text: "They sell {n} {things}." },
      {
        operation: "/",
        text: "They pack the {things} into {n} equal bags.",
        ask: "How many {things} are in each bag?",
      },
    ],
    ask: "How many {things} are there now?",
  },
  {
    things: "plants",
    open: "A garden has {n} rows.",
    first: { operation: "*", text: "Each row has {n} {things}." },
    moves: [
      { operation: "+", text: "{name} plants {n} more {things}." },
      { operation: "-", text: "{n} {things} dry out." },
      { operation: "-", text: "{name} picks {n} {things}." },
      {
        operation: "/",
        text: "{name} ties the {things} into {n} equal bunches.",
        ask: "How many {things} are in each bunch?",
      },
    ],
    ask: "How many {things} are in the garden now?",
  },
  {
    things: "birds",
    open: "{n} {things} swim on a lake.",
    moves: [
      { operation: "+", text: "{n} {things} fly in." },
      { operation: "-", text: "{n} {things} fly away." },
      { operation: "+", text: "Later {n} more come." },
      { operation: "-", text: "At night {n} leave." },
      {
        operation: "*",
        text: "A river has {n} times as many.",
        ask: "How many {things} are on the river?",
      },
    ],
    ask: "How many {things} are on the lake now?",
  },
  {
    open: "{name} works {n} hours.",
    first: { operation: "*", text: "Each hour pays {n} dollars." },
    moves: [
      { operation: "+", text: "{friend} gives {name} {n} dollars." },
      { operation: "-", text: "{name} spends {n} dollars." },
      { operation: "-", text: "{name} gives {friend} {n} dollars." },
      {
        operation: "/",
        text: "{name} uses up the money in {n} equal parts.",
        ask: "How many dollars is each part?",
      },
    ],
    ask: "How many dollars does {name} have now?",
  },
  {
    things: "fruit",
    open: "A shop has {n} {things}.",
    moves: [
      { operation: "-", text: "It sells {n} in the morning." },
      { operation: "-", text: "It sells {n} in the evening." },
      { operation: "+", text: "A farmer brings {n} more." },
      {
        operation: "*",
        text: "The market has {n} times as many.",
        ask: "How many {things} does the market have?",
      },
      {
        operation: "/",
        text: "The {things} fill {n} equal baskets.",
        ask: "How many {things} are in each basket?",
      },
    ],
    ask: "How many {things} does the shop have now?",
  },
  {
    open: "A tank holds {n} liters of water.",
    moves: [
      { operation: "+", text: "Rain adds {n} liters." },
      { operation: "-", text: "{name} takes out {n} liters." },
      { operation: "-", text: "{n} liters leak out." },
      { operation: "*", text: "A pool holds {n} times as much.", ask: "How many liters does the pool hold?" },
      {
        operation: "/",
        text: "{name} fills {n} equal jars with it.",
        ask: "How many liters does each jar hold?",
      },
    ],
    ask: "How many liters are in the tank now?",
  },
];
