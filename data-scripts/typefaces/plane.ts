/** A gray picture [height, width] in floating point. */
export interface Plane {
  readonly height: number;
  readonly width: number;
  readonly data: Float32Array;
}

/** A picture whose pixel (x, y) is `value(x, y)`. */
export function plane(height: number, width: number, value: (x: number, y: number) => number): Plane {
  const data = new Float32Array(height * width);
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) data[y * width + x] = value(x, y);
  return { height, width, data };
}

/** Gaussian blur with standard deviation `sigma` in pixels; edges are continued. */
export function blur(picture: Plane, sigma: number): Plane {
  if (sigma < 0.05) return picture;
  const radius = Math.ceil(2.5 * sigma);
  const kernel = Float64Array.from({ length: 2 * radius + 1 }, (_, i) =>
    Math.exp(-((i - radius) ** 2) / (2 * sigma ** 2)),
  );
  const total = kernel.reduce((sum, k) => sum + k, 0);
  const along = (from: Plane, dx: number, dy: number): Plane =>
    plane(from.height, from.width, (x, y) => {
      let sum = 0;
      for (let i = -radius; i <= radius; i++) sum += kernel[i + radius]! * clamped(from, x + i * dx, y + i * dy);
      return sum / total;
    });
  return along(along(picture, 1, 0), 0, 1);
}

/** The picture at another size, bilinear. */
export function resize(picture: Plane, height: number, width: number): Plane {
  const [fy, fx] = [picture.height / height, picture.width / width];
  return plane(height, width, (x, y) => bilinear(picture, (x + 0.5) * fx - 0.5, (y + 0.5) * fy - 0.5));
}

function bilinear(picture: Plane, x: number, y: number): number {
  const [x0, y0] = [Math.floor(x), Math.floor(y)];
  const [fx, fy] = [x - x0, y - y0];
  const upper = clamped(picture, x0, y0) * (1 - fx) + clamped(picture, x0 + 1, y0) * fx;
  const lower = clamped(picture, x0, y0 + 1) * (1 - fx) + clamped(picture, x0 + 1, y0 + 1) * fx;
  return upper * (1 - fy) + lower * fy;
}

function clamped({ height, width, data }: Plane, x: number, y: number): number {
  return data[Math.min(height - 1, Math.max(0, y)) * width + Math.min(width - 1, Math.max(0, x))]!;
}
