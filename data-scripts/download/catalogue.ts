import { cub200Folder } from '../../lib/datasets/cub200';
import { aircraftFolder } from '../../lib/datasets/fgvc-aircraft';

/** What a file must be. */
export interface Expected {
  readonly bytes?: number;
  readonly md5?: string;
  readonly sha256?: string;
}

/** A file on a server. Without a checksum it is only fetched over TLS, and its hash is told. */
export interface RemoteFile extends Expected {
  readonly name: string;
  readonly url: string;
}

/** Files that become one folder. */
export interface Download {
  readonly title: string;
  /** Below the root; it appears when all of it is there. */
  readonly folder: string;
  readonly files: readonly RemoteFile[];
  /** The first file is an archive (.tar.gz) that holds the folder. */
  readonly archive?: {
    /** Tells the entries that are written. */
    readonly keep: RegExp;
    /** Entries that must be there. */
    readonly needs: readonly string[];
  };
}

const lists = (folder: string, names: readonly string[]): string[] => names.map((name) => `${folder}/${name}.txt`);

/** A model's files on Hugging Face's hub, at one revision. */
function model(
  title: string,
  name: string,
  repository: string,
  revision: string,
  expected: Readonly<Record<'model.safetensors' | 'config.json' | 'preprocessor_config.json', Expected>>,
): Download {
  return {
    title,
    folder: `models/${name}`,
    files: Object.entries(expected).map(([file, rest]) => ({
      name: file,
      url: `https://huggingface.co/${repository}/resolve/${revision}/${file}`,
      ...rest,
    })),
  };
}

/** Everything that `npm run download` knows. Sizes and checksums are the publishers', as others measured them. */
export const catalogue: Readonly<Record<string, Download>> = {
  cub200: {
    title: 'CUB-200-2011',
    folder: cub200Folder,
    files: [
      {
        name: 'CUB_200_2011.tgz',
        url: 'https://data.caltech.edu/records/65de6-vp158/files/CUB_200_2011.tgz',
        bytes: 1_150_585_339,
        md5: '97eceeb196236b17998738112f37df78',
      },
    ],
    archive: {
      keep: /^CUB_200_2011\/(README|(images|image_class_labels|train_test_split|classes)\.txt|images\/[^/]+\/[^/]+\.jpg)$/,
      needs: lists(cub200Folder, ['images', 'image_class_labels', 'train_test_split', 'classes']),
    },
  },
  'fgvc-aircraft': {
    title: 'FGVC-Aircraft 2013b',
    folder: aircraftFolder,
    files: [
      {
        name: 'fgvc-aircraft-2013b.tar.gz',
        url: 'https://www.robots.ox.ac.uk/~vgg/data/fgvc-aircraft/archives/fgvc-aircraft-2013b.tar.gz',
        bytes: 2_753_340_328,
        md5: 'd4acdd33327262359767eeaa97a4f732',
      },
    ],
    archive: {
      keep: /^fgvc-aircraft-2013b\/(README\.md|data\/(images_(variant|manufacturer)_\w+|variants|manufacturers)\.txt|data\/images\/[^/]+\.jpg)$/,
      needs: lists(`${aircraftFolder}/data`, [
        'images_variant_trainval',
        'images_variant_test',
        'images_manufacturer_trainval',
        'images_manufacturer_test',
        'variants',
        'manufacturers',
      ]),
    },
  },
  'vit-b16': model(
    'ViT-B/16, ImageNet-21k (google/vit-base-patch16-224-in21k)',
    'vit-b16',
    'google/vit-base-patch16-224-in21k',
    'b4569560a39a0f1af58e3ddaf17facf20ab919b0',
    {
      'model.safetensors': { sha256: 'fd4e1169c7aa6c2dbfa8a6448be13b35abc0ee256190857c90009d12c094619b' },
      'config.json': {},
      'preprocessor_config.json': {},
    },
  ),
  'dinov2-b14': model(
    'DINOv2 B/14 (facebook/dinov2-base)',
    'dinov2-b14',
    'facebook/dinov2-base',
    'f9e44c814b77203eaa57a6bdbbd535f21ede1415',
    {
      'model.safetensors': {
        bytes: 346_345_912,
        sha256: 'd73036b56966966d07975d696bde331762f37297e2f095de8cea0040c3aa0841',
      },
      'config.json': { bytes: 548, sha256: 'f7ff4cfa73d2f70647dbf6950541ad25d73082d54c2e7e9bded160c7656b2a70' },
      'preprocessor_config.json': {
        bytes: 436,
        sha256: '14e780d86fa1861f8751f868d7f45425b5feb55c38ca26f152ca5097ab30f828',
      },
    },
  ),
};
