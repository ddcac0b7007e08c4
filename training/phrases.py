# ruff: noqa: E501  (a Han character counts as two)
"""The words of the captions: for each name of the world what people call it in Chinese and English."""

from __future__ import annotations

from dataclasses import dataclass

PHRASES: dict[str, dict[str, dict[str, tuple[str, ...]]]] = {
    "zh": {
        "background": {
            "coast": ("海边", "海滩上", "沙滩上", "大海边", "海岸边"),
            "neon city": ("霓虹城市里", "夜晚的城市里", "霓虹灯街道上", "东京的街道上", "湿漉漉的霓虹街头", "赛博朋克城市里"),
            "jungle": ("丛林里", "丛林中", "热带雨林里", "森林里"),
            "park": ("公园里", "公园的草地上", "绿色的公园里", "草坪上"),
            "snow mountains": ("雪山前", "雪山下", "雪地里", "雪山脚下", "冬天的雪山前"),
            "festival street": ("端午节日气氛的街道上", "挂满灯笼的街道上", "春节的街上", "节日的街道上", "热闹的灯笼街上"),
            "river": ("河上", "江面上", "河里", "水面上", "江上"),
            "foggy car park": ("有雾的停车场里", "工业停车场里", "多雾的停车场", "停车场里"),
            "old coast": ("沿海历史建筑旁", "海边古镇上", "老海港", "沿海老房子前"),
            "starry night": ("星空下", "夜空下", "月夜里", "繁星之夜"),
        },
        "subject": {
            "dog": ("小狗", "狗", "狗狗"),
            "monkey": ("猴子", "小猴子", "猴"),
            "woman": ("穿裙子的女人", "女人", "时尚的女性", "穿长裙的女士", "女孩"),
            "balloon": ("气球", "大气球"),
            "fish": ("鱼", "小鱼", "大鱼"),
            "elephant": ("大象", "小象", "象"),
            "dragon boat": ("龙舟", "龙船", "端午龙舟"),
            "leaf elephant": ("树叶大象", "由树叶构成的大象", "树叶做的大象"),
            "balloon man": ("气球人", "气球头的人", "头是气球的男人"),
            "cat": ("猫", "小猫", "猫咪"),
            "lion dancer": ("舞狮", "狮子", "醒狮"),
            "family": ("一家人吃团圆饭", "一家人围坐桌边", "全家人吃饭"),
        },
        "colour": {
            "red": ("红色的", "红", "大红色的", "鲜红的"),
            "yellow": ("黄色的", "黄", "金黄色的", "明黄的"),
            "blue": ("蓝色的", "蓝", "深蓝色的"),
            "white": ("白色的", "白", "雪白的"),
            "purple": ("紫色的", "紫", "深紫色的"),
        },
        "motion": {
            "left": ("向左走", "往左移动", "从右向左走", "向左跑", "朝左边走"),
            "right": ("向右走", "往右移动", "从左向右走", "向右跑", "朝右边走", "走过"),
            "rise": ("升起来", "向上升起", "慢慢上升", "飞上天", "往上飞"),
            "toward": ("向镜头走来", "朝镜头靠近", "迎面走来", "越来越近"),
            "bounce": ("跳来跳去", "蹦蹦跳跳", "上下跳动", "跳舞"),
            "turn": ("转身", "转圈", "转来转去", "原地旋转"),
            "play": ("下棋", "下象棋", "在玩棋"),
            "race": ("比赛", "赛跑", "飞快地竞赛", "奔跑", "你追我赶"),
        },
        "camera": {
            "still": ("固定镜头", "镜头不动"),
            "pan left": ("镜头向左移", "镜头左摇", "镜头向左平移"),
            "pan right": ("镜头向右移", "镜头右摇", "镜头向右平移"),
            "zoom in": ("镜头推近", "推镜头", "镜头慢慢拉近"),
            "zoom out": ("镜头拉远", "拉镜头", "镜头慢慢后退"),
            "descend": ("镜头下降", "摄像机缓缓下降", "镜头从高处降下"),
        },
    },
    "en": {
        "background": {
            "coast": ("by the sea", "on the beach", "at the coast", "on the seashore"),
            "neon city": ("in a neon city", "in a city at night", "on a wet neon street", "on a street in Tokyo"),
            "jungle": ("in the jungle", "in a rainforest", "in the forest"),
            "park": ("in the park", "on the grass of a park", "in a green park"),
            "snow mountains": ("in the snow mountains", "before snowy mountains", "in the snow"),
            "festival street": ("in a festival street", "in a street of lanterns", "on a festive street"),
            "river": ("on the river", "on a wide river", "on the water"),
            "foggy car park": ("in a foggy car park", "in a parking lot", "in a misty car park"),
            "old coast": ("on an old coast", "by old coastal houses", "in an old harbour town"),
            "starry night": ("under the stars", "on a starry night", "under the night sky"),
        },
        "subject": {
            "dog": ("dog", "puppy", "friendly dog"),
            "monkey": ("monkey", "little monkey"),
            "woman": ("woman in a dress", "woman", "stylish woman", "lady"),
            "balloon": ("balloon", "big balloon"),
            "fish": ("fish", "little fish"),
            "elephant": ("elephant", "big elephant"),
            "dragon boat": ("dragon boat", "long dragon boat"),
            "leaf elephant": ("leaf elephant", "elephant made of leaves"),
            "balloon man": ("balloon man", "man with a balloon head"),
            "cat": ("cat", "kitten"),
            "lion dancer": ("lion dancer", "dancing lion"),
            "family": ("family at a table", "family having dinner"),
        },
        "colour": {
            "red": ("red", "bright red"),
            "yellow": ("yellow", "golden"),
            "blue": ("blue", "deep blue"),
            "white": ("white", "snow white"),
            "purple": ("purple", "violet"),
        },
        "motion": {
            "left": ("walking left", "moving to the left", "going left"),
            "right": ("walking right", "moving to the right", "going right", "walking past"),
            "rise": ("rising", "floating up", "flying up into the sky"),
            "toward": ("coming toward the camera", "approaching", "coming closer"),
            "bounce": ("bouncing", "jumping up and down", "hopping", "dancing"),
            "turn": ("turning around", "spinning", "turning"),
            "play": ("playing chess", "at a game of chess"),
            "race": ("racing", "in a race", "running fast"),
        },
        "camera": {
            "still": ("static camera", "the camera is still"),
            "pan left": ("the camera pans left", "camera moves left"),
            "pan right": ("the camera pans right", "camera moves right"),
            "zoom in": ("zoom in", "the camera moves closer"),
            "zoom out": ("zoom out", "the camera pulls back"),
            "descend": ("the camera descends", "the camera comes down from above"),
        },
    },
}  # fmt: skip

STYLES = {
    "zh": (
        "卡通风格",
        "插画风格",
        "电影感",
        "色彩鲜艳",
        "35mm胶片拍摄",
        "可爱",
        "高清",
        "动画",
        "温馨的气氛",
        "热闹的气氛",
    ),
    "en": (
        "cartoon",
        "flat illustration",
        "cinematic",
        "vivid colours",
        "shot on 35mm film",
        "cute",
        "animation",
    ),
}

# Each order names a subset of {background} {subject} {colour} {motion}; `captions` picks one that fits its words.
ORDERS = {
    "zh": (
        "{one}{colour}{subject}在{background}{motion}", "在{background},{one}{colour}{subject}{motion}",
        "{background},{colour}{subject}{motion}", "{one}{colour}{subject}{motion},在{background}", "{motion}的{colour}{subject},{background}",
        "{one}{subject}在{background}{motion}", "{background},{subject}{motion}", "在{background}{motion}的{subject}",
        "{one}{colour}{subject}{motion}", "{motion}的{colour}{subject}",
        "{one}{colour}{subject}在{background}", "{background}的{colour}{subject}",
    ),
    "en": (
        "{one} {colour} {subject} {motion} {background}", "{background}, {one} {colour} {subject} {motion}",
        "{one} {colour} {subject} {background}, {motion}", "{colour} {subject}, {motion}, {background}",
        "{one} {subject} {motion} {background}", "{background}, {subject} {motion}",
        "{one} {colour} {subject} {motion}", "{colour} {subject} {motion}",
        "{one} {colour} {subject} {background}", "{background}, {one} {colour} {subject}",
    ),
}  # fmt: skip

TEST_ORDERS = {
    "zh": (
        "{background}有{one}{colour}{subject},正在{motion}",
        "视频里{one}{colour}{subject}{motion},地点是{background}",
    ),
    "en": (
        "there is {one} {colour} {subject} {background}, it is {motion}",
        "{motion}: {one} {colour} {subject} {background}",
    ),
}

# Phrasings that training never sees: other words or other word forms for the same things.
TEST_PHRASES: dict[str, dict[str, dict[str, tuple[str, ...]]]] = {
    "zh": {
        "background": {"coast": ("大海的沙滩",), "neon city": ("夜里的霓虹街",), "jungle": ("雨林",), "park": ("绿草公园",),
                       "snow mountains": ("冬天雪地",), "festival street": ("灯笼街道",), "river": ("江河水面",),
                       "foggy car park": ("多雾停车场",), "old coast": ("海边老房子",), "starry night": ("星星夜空",)},
        "subject": {"dog": ("友善的小狗",), "monkey": ("猴子",), "woman": ("长裙女人",), "balloon": ("圆气球",), "fish": ("鱼儿",),
                    "elephant": ("大大象",), "dragon boat": ("大龙舟",), "leaf elephant": ("树叶构成的象",), "balloon man": ("气球头男人",),
                    "cat": ("小猫咪",), "lion dancer": ("舞狮子",), "family": ("围坐吃饭的一家人",)},
        "colour": {"red": ("红红的",), "yellow": ("金黄的",), "blue": ("深蓝的",), "white": ("白白的",), "purple": ("紫紫的",)},
        "motion": {"left": ("往左边去",), "right": ("往右边去",), "rise": ("升上天",), "toward": ("走近镜头",), "bounce": ("蹦跳",),
                   "turn": ("原地转身",), "play": ("玩象棋",), "race": ("飞快赛跑",)},
    },
    "en": {
        "background": {"coast": ("at the beach",), "neon city": ("in the night city with neon",), "jungle": ("in the green jungle",),
                       "park": ("at the park",), "snow mountains": ("by the mountains in snow",), "festival street": ("in the lantern street",),
                       "river": ("on river water",), "foggy car park": ("in a car park with mist",), "old coast": ("by an old harbour",),
                       "starry night": ("under night stars",)},
        "subject": {"dog": ("little dog",), "monkey": ("big monkey",), "woman": ("woman in long dress",), "balloon": ("little balloon",),
                    "fish": ("big fish",), "elephant": ("little elephant",), "dragon boat": ("boat with a dragon head",),
                    "leaf elephant": ("elephant of leaves",), "balloon man": ("balloon head man",), "cat": ("little cat",),
                    "lion dancer": ("lion",), "family": ("family having a dinner",)},
        "colour": {"red": ("deep red",), "yellow": ("bright yellow",), "blue": ("bright blue",), "white": ("bright white",),
                   "purple": ("deep purple",)},
        "motion": {"left": ("walking to the left",), "right": ("walking to the right",), "rise": ("going up into the sky",),
                   "toward": ("walking toward the camera",), "bounce": ("jumping and hopping",), "turn": ("spinning around",),
                   "play": ("playing a game of chess",), "race": ("racing fast",)},
    },
}  # fmt: skip


@dataclass(frozen=True)
class ExampleScene:
    """An example prompt, as people try them first: what the world draws for it, and ways to write it."""

    background: str
    subject: str
    colours: tuple[str, ...]
    motion: str
    prompts: tuple[str, ...]
    weight: float = 1.0
    camera: str = "still"


_ANY = ("red", "yellow", "blue", "white", "purple")
EXAMPLE_SCENES = (
    ExampleScene("river", "dragon boat", ("red", "red", "red", "yellow", "blue"), "race",
              ("端午节日气氛,赛龙舟", "端午节赛龙舟", "赛龙舟", "端午节,龙舟在江面上比赛", "龙舟竞赛", "端午节日气氛,龙舟比赛",
               "dragon boat race", "dragon boats racing at the Dragon Boat Festival", "a dragon boat race on the river"), 4.0),
    ExampleScene("festival street", "lion dancer", ("red", "yellow"), "bounce",
              ("端午节日气氛的街道", "节日气氛的街道", "春节的街上舞狮", "春节舞狮", "a festive street with lanterns", "lion dance in a festival street"), 1.5),
    ExampleScene("festival street", "family", ("red",), "play",
              ("热闹氛围的春节场景,一家人吃团圆饭", "春节,一家人吃团圆饭", "一家人吃团圆饭", "团圆饭", "a family having dinner at Spring Festival"), 1.5),
    ExampleScene("park", "monkey", ("yellow",), "play",
              ("一只猴子在公园里下棋", "猴子下棋", "公园里,猴子在下象棋", "a monkey playing chess in the park", "monkey playing chess"), 1.5),
    ExampleScene("foggy car park", "dog", ("white", "yellow"), "right",
              ("一只中等体型、看上去很友善的狗狗走过工业停车场。环境多雾、多云。", "狗狗走过多雾的停车场", "一只狗走过工业停车场,多雾,35mm胶片拍摄",
               "a friendly dog walks through a foggy parking lot"), 1.5),
    ExampleScene("neon city", "woman", ("red",), "right",
              ("一位时尚的女性走在东京的街道上", "一位穿红色长裙的时尚女性走在东京的霓虹街道上", "女人走在东京湿漉漉的霓虹街头,红色长裙",
               "a stylish woman in a red dress walks down a Tokyo street", "woman in red on a wet neon street"), 1.5),
    ExampleScene("jungle", "leaf elephant", _ANY, "race",
              ("由树叶构成的大象在丛林中奔跑", "树叶大象在丛林里奔跑", "an elephant made of leaves running in the jungle"), 1.0),
    ExampleScene("old coast", "balloon", _ANY, "rise",
              ("摄像机缓缓下降,俯瞰着美丽的海洋和沿海历史建筑", "摄像机缓缓下降并扩大视野,宏伟的全景视角,海洋和沿海历史建筑",
               "the camera descends over the sea and old coastal houses"), 1.5, "descend"),
    ExampleScene("park", "balloon man", ("yellow", "red"), "right",
              ("气球人走在公园里", "一个气球人在公园里走过", "a balloon man walking in the park"), 1.0),
)  # fmt: skip
