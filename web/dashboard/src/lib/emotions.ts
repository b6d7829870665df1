/** The eight emotions in the service's order, each with a colour, a dash and a marker of its own. */

export const EMOTIONS = [
  "anger",
  "contempt",
  "disgust",
  "fear",
  "happiness",
  "neutral",
  "sadness",
  "surprise",
] as const;

export type Emotion = (typeof EMOTIONS)[number];
export type Scores = Readonly<Record<Emotion, number>>;

export type Shape = "triangle" | "cross" | "square" | "diamond" | "circle" | "bar" | "triangleDown" | "star";

export interface Look {
  /** A CSS custom property of app.css: the colour differs between light and dark. */
  readonly colour: string;
  /** Canvas dash in CSS pixels; empty is a solid line. */
  readonly dash: readonly number[];
  readonly shape: Shape;
}

/** Never colour alone: shape and dash tell the lines apart where colours do not. */
export const LOOKS: Readonly<Record<Emotion, Look>> = {
  anger: { colour: "--anger", dash: [], shape: "triangle" },
  contempt: { colour: "--contempt", dash: [2, 3], shape: "cross" },
  disgust: { colour: "--disgust", dash: [9, 3], shape: "square" },
  fear: { colour: "--fear", dash: [5, 3], shape: "diamond" },
  happiness: { colour: "--happiness", dash: [], shape: "circle" },
  neutral: { colour: "--neutral", dash: [12, 3, 2, 3], shape: "bar" },
  sadness: { colour: "--sadness", dash: [], shape: "triangleDown" },
  surprise: { colour: "--surprise", dash: [6, 2, 2, 2], shape: "star" },
};

/** Outlines on a grid of 16 by 16, for SVG and for `Path2D` alike. */
export const OUTLINES: Readonly<Record<Shape, string>> = {
  triangle: "M8 2 15 14H1Z",
  cross: "M3.5 1.5 8 6l4.5-4.5 2 2L10 8l4.5 4.5-2 2L8 10l-4.5 4.5-2-2L6 8 1.5 3.5Z",
  square: "M2.5 2.5h11v11h-11Z",
  diamond: "M8 .8 15.2 8 8 15.2.8 8Z",
  circle: "M8 1.8a6.2 6.2 0 1 1 0 12.4A6.2 6.2 0 1 1 8 1.8Z",
  bar: "M1 5.8h14v4.4H1Z",
  triangleDown: "M8 14 1 2h14Z",
  star: "M8 .6 10.1 5.7 15.6 6.1 11.4 9.7 12.7 15 8 12.1 3.3 15 4.6 9.7.4 6.1 5.9 5.7Z",
};
