import { cub200Folder } from '../../inputs/datasets/cub200';
import { aircraftFolder } from '../../inputs/datasets/fgvc-aircraft';
import { flowersFolder } from '../../inputs/datasets/flowers102';
import { petsFolder } from '../../inputs/datasets/oxford-pets';

/** What a file must be. */
export interface Expected {
  readonly bytes?: number;
  readonly md5?: string;
  readonly sha256?: string;
}

/** How an archive (.tar.gz) is unpacked. */
export interface Archive {
  /** Tells the entries that are written. */
  readonly keep: RegExp;
  /** Entries that must be there. */
  readonly needs: readonly string[];
  /** It holds what goes into the download's folder, instead of that folder. */
  readonly bare?: true;
}

/** A file on a server. Without a checksum it is only fetched over TLS, and its hash is told. */
export interface RemoteFile extends Expected {
  readonly name: string;
  readonly url: string;
  /** It is unpacked; other files are kept as they are. */
  readonly archive?: Archive;
}

/** Files that become one folder. */
export interface Download {
  readonly title: string;
  /** Below the root; it appears when all of it is there. */
  readonly folder: string;
  readonly files: readonly RemoteFile[];
  /** What to know and what to do next, told when it is there, and kept beside it; FOLDER stands for its folder. */
  readonly note?: string;
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

/**
 * Answers of GPT-4V to the test images of a benchmark, five names an image, best first, one request an image, published
 * with Wu et al., arXiv 2311.15732. The checksums are those of copies whose size and samples, but not every byte, were
 * compared with the file at this commit.
 */
function gpt4v(
  name: string,
  images: string,
  pool: string,
  dataset: string,
  file: string,
  expected: Expected,
): Download {
  return {
    title: `GPT-4V's answers to ${images} (Wu et al., arXiv 2311.15732)`,
    folder: `answers/${name}`,
    files: [
      {
        name: file,
        url: `https://raw.githubusercontent.com/whwu95/GPT4Vis/7dcdad844cbfe64ddac53869ca51f4b7f0c158ef/GPT4V_ZS_Results/${file}`,
        ...expected,
      },
    ],
    note:
      `Other images have no answer: ${pool}. The licence is that of github.com/whwu95/GPT4Vis, said to be MIT; we have ` +
      'not seen its text.\n' +
      `Next: npm run annotate -- --dataset ${dataset} --import FOLDER/${file} --annotator-name gpt-4v --out FILE.jsonl`,
  };
}

const oxford = 'https://www.robots.ox.ac.uk/~vgg/data';

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
        archive: {
          keep: /^CUB_200_2011\/(README|(images|image_class_labels|train_test_split|classes)\.txt|images\/[^/]+\/[^/]+\.jpg)$/,
          needs: lists(cub200Folder, ['images', 'image_class_labels', 'train_test_split', 'classes']),
        },
      },
    ],
  },
  'fgvc-aircraft': {
    title: 'FGVC-Aircraft 2013b',
    folder: aircraftFolder,
    files: [
      {
        name: 'fgvc-aircraft-2013b.tar.gz',
        url: `${oxford}/fgvc-aircraft/archives/fgvc-aircraft-2013b.tar.gz`,
        bytes: 2_753_340_328,
        md5: 'd4acdd33327262359767eeaa97a4f732',
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
    ],
  },
  flowers102: {
    title: 'Oxford Flowers-102',
    folder: flowersFolder,
    files: [
      {
        name: '102flowers.tgz',
        url: `${oxford}/flowers/102/102flowers.tgz`,
        md5: '52808999861908f626f3c1f4e79d11fa',
        archive: { keep: /^jpg\/image_\d{5}\.jpg$/, needs: ['jpg/image_00001.jpg'], bare: true },
      },
      {
        name: 'imagelabels.mat',
        url: `${oxford}/flowers/102/imagelabels.mat`,
        md5: 'e0620be6f572b9609742df49c70aed4d',
      },
      { name: 'setid.mat', url: `${oxford}/flowers/102/setid.mat`, md5: 'a5357ecc9cb78c4bef273ce3793fc85c' },
    ],
  },
  'oxford-pets': {
    title: 'Oxford-IIIT Pet',
    folder: petsFolder,
    files: [
      {
        name: 'images.tar.gz',
        url: `${oxford}/pets/data/images.tar.gz`,
        md5: '5c4f3ee8e5d25df40f4fd59a7f44e54c',
        archive: { keep: /^images\/\w+\.jpg$/, needs: ['images/Abyssinian_1.jpg'], bare: true },
      },
      {
        name: 'annotations.tar.gz',
        url: `${oxford}/pets/data/annotations.tar.gz`,
        md5: '95a8c909bbe2e81eed6a22bccdf3f68f',
        archive: {
          keep: /^annotations\/(README|(trainval|test)\.txt)$/,
          needs: lists('annotations', ['trainval', 'test']),
          bare: true,
        },
      },
    ],
  },
  'gpt4v-flowers102': gpt4v(
    'gpt4v-flowers102',
    '2,463 images of Flowers-102',
    "they are no official part, so that only a part of flowers102's pool has one",
    'flowers102',
    'flower102.json',
    { bytes: 337_698, sha256: 'c7b7aa6962437a34bdced1325958d1478a00f9e24ea2277a0e3a49ee16e25174' },
  ),
  'gpt4v-fgvc-aircraft': gpt4v(
    'gpt4v-fgvc-aircraft',
    'the 3,333 test images of FGVC-Aircraft',
    "none of fgvc-aircraft's pool has one; make a folder of images whose pool is these images",
    'image-folder:PATH',
    'aircraft.json',
    { bytes: 418_377, sha256: '349abff464519f3f1e8b0d4e636c439b06ec62c6cfbae4692ddf319c04d48a5c' },
  ),
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
