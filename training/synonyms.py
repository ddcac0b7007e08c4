# ruff: noqa: E501  (a Han character counts as two)
"""Words of prompts that no training caption has: synonyms, ambiguous and unknown words, occasions, stop words.

Only the prompt parser knows them: what it passes on to the model is written in the words of `training.phrases`.
"""

from __future__ import annotations

from typing import Any


def _words(chinese: str, english: str) -> dict[str, list[str]]:
    """Chinese separated by spaces, English by commas."""
    return {"zh": chinese.split(), "en": [word.strip() for word in english.split(",") if word.strip()]}


# by slot and name of the world
SYNONYMS: dict[str, dict[str, dict[str, list[str]]]] = {
    "background": {
        "coast": _words("海滩 沙滩 海岸 海 大海 海洋 海面 海滨 海岛 海浪", "sea, ocean, shore, coast, beach, seaside, waves, island, sand"),
        "neon city": _words("城市 都市 夜市 夜城 霓虹 霓虹灯 霓虹街 霓虹街头 霓虹招牌 东京 上海 香港 纽约 闹市 城市招牌 东京街道 东京街头 赛博朋克 大街 夜晚的街道 高楼", "city, town square, downtown, neon, neon lights, neon signs, Tokyo, Shanghai, Hong Kong, New York, cyberpunk, cyberpunk city, skyscrapers, city street, neon street, night city, Tokyo street"),
        "jungle": _words("丛林 雨林 森林 树林 林子 竹林", "jungle, rainforest, forest, woods, tropical forest"),
        "park": _words("公园 花园 草地 草坪 草原 操场 绿地 绿草", "park, garden, lawn, meadow, grass, playground, field"),
        "snow mountains": _words("雪山 雪地 雪 冰川 滑雪场 下雪 大雪 山 高山 山顶 冰天雪地 雪原", "snow, snowy mountain, snow mountain, mountain, mountains, glacier, ski slope, snowy hills"),
        "festival street": _words("灯笼 庙会 节日街道 灯会 彩灯 挂满灯笼 节日气氛的街道 集市", "lantern, lanterns, festival street, lantern street, fair, temple fair, festive street, lantern festival"),
        "river": _words("河 江 江面 河面 水面 河流 湖 湖面 池塘 溪 小溪 长江 黄河 河上 江上 水上 湖上", "river, lake, pond, stream, water, canal"),
        "foggy car park": _words("停车场 车库 工业停车场 工业区 浓雾 大雾 雾 多雾 雾气", "car park, parking lot, garage, parking garage, industrial parking lot, fog, foggy, mist, misty"),
        "old coast": _words("海港 港口 古镇 老房子 历史建筑 沿海 沿海建筑 渔村 海边的老房子 沿海小镇 老城 码头", "harbour, harbor, old harbour, fishing harbour, fishing port, fishing town, port, old town, old houses, fishing village, coastal town, coastal houses, historic buildings, historic coastal buildings, seaside town, dock"),
        "starry night": _words("星空 夜空 月夜 繁星 星星 银河 满天繁星 星夜", "stars, starry sky, night sky, milky way, starry, galaxy"),
    },
    "subject": {
        "dog": _words("犬 小犬 柯基 哈士奇 金毛 金毛犬 泰迪 拉布拉多 柴犬 汪星人 狗子 小狗狗", "dog, doggy, hound, husky, labrador, corgi, poodle, retriever, terrier, pup, shiba"),
        "monkey": _words("猴儿 猩猩 大猩猩 金丝猴 猕猴 孙悟空 小猴", "ape, chimp, chimpanzee, gorilla, macaque"),
        "woman": _words("女子 女性 女士 女生 姑娘 少女 美女 小姐 小姐姐 女郎 女孩子 小女孩 妇女 模特 新娘", "girl, female, young woman, young lady, model, bride, princess, ladies, women"),
        "balloon": _words("气球 热气球", "hot air balloon, balloons"),
        "fish": _words("鱼 鱼儿 金鱼 锦鲤 鲤鱼 热带鱼", "fish, goldfish, carp, koi"),
        "elephant": _words("象 大象 小象 长鼻子", "elephant, mammoth"),
        "dragon boat": _words("龙舟 赛龙舟 龙舟赛 划龙舟 船 小船 大船 赛艇 帆船", "dragon boat, dragonboat, boat, rowing boat, canoe, rowboat, fishing boat"),
        "leaf elephant": _words("树叶象 树叶构成的大象 用树叶做的大象 叶子大象 树叶组成的大象 叶子做的大象 由树叶组成的大象", "elephant of leaves, elephant made out of leaves, elephant built of leaves, leafy elephant, elephant made from leaves"),
        "balloon man": _words("气球脑袋 气球头 气球人 头是气球的人 头是黄色气球的男人 头是黄气球的人", "balloon head, man whose head is a balloon, man with a yellow balloon for a head, guy with a balloon head, balloon for a head"),
        "cat": _words("猫 猫咪 小猫 喵星人 猫猫 橘猫 小猫咪 猫儿", "cat, kitty, kitten, tabby"),
        "lion dancer": _words("舞狮 醒狮 舞狮表演 舞狮队", "lion dance, lion dancing, lion dancers"),
        "family": _words("一家人 全家 家人 一家 一家三口 团圆饭 年夜饭 全家人 全家福 吃团圆饭 全家团圆 亲人 家庭 爸爸 妈妈 爸爸妈妈 爸妈 父母 爷爷奶奶", "family, parents, mom, dad, mother, father, reunion dinner, family dinner, family meal, relatives"),
    },
    "colour": {
        "red": _words("红 红色 大红 鲜红 朱红 绯红 深红 红红 火红 通红", "crimson, scarlet, dark red"),
        "yellow": _words("黄 黄色 金色 金黄 金黄色 明黄 金 土黄 黄黄", "gold, golden yellow"),
        "blue": _words("蓝 蓝色 深蓝 天蓝 天蓝色 浅蓝 湛蓝 蔚蓝 蔚蓝色 宝蓝色 蓝蓝", "navy, azure, light blue, dark blue, sky blue"),
        "white": _words("白 白色 雪白 洁白 乳白 乳白色 纯白 白白", "ivory, pure white, snowy white"),
        "purple": _words("紫 紫色 深紫 淡紫色 紫罗兰色 紫紫", "lavender, lilac, light purple"),
    },
    "motion": {
        "left": _words("向左 往左 朝左 左边 左移 向左边 往左走 往左边走 往左跑 向左飞 向左移动", "left, to the left, leftward, leftwards, toward the left, towards the left"),
        "right": _words("向右 往右 朝右 右边 右移 向右边 往右走 往右边走 往右跑 向右飞 经过 路过 走在 向右移动", "right, to the right, rightward, past, rightwards, passes by"),
        "rise": _words("升起 上升 升空 飞起来 飘起来 飘上天 升上天空 飞 飞翔 飞上天空 飘向天空 飞向天空 升 飘 飞到天上 往上 上天 腾空", "rise, float, floats, ascend, fly, flies, go up, going up, goes up, takes off, drift up, float away, up"),
        "toward": _words("走来 走过来 靠近 迎面 向我走来 朝我走来 冲过来 跑过来 面向镜头走来 走向镜头 向镜头 朝镜头 朝着镜头 朝镜头走来 走近", "toward the camera, towards the camera, toward us, towards us, toward me, closer, approach, comes nearer"),
        "bounce": _words("跳 蹦跳 跳跃 弹跳 蹦 跳着 起舞 舞蹈 翩翩起舞 蹦来蹦去 跳起来 欢跳", "jump, jumps, bounce, hop, leap, dance, dances, skip, prance"),
        "turn": _words("旋转 转 打转 回头 转动 转身 原地转 转了一圈 转个圈", "turn, spin, rotate, twirl, turn round, go in circles, pirouette"),
        "play": _words("棋 象棋 围棋 国际象棋 下围棋 下国际象棋 对弈 玩棋 棋盘 下着棋 下着象棋", "chess, board game, plays chess, game of chess, chess game, checkers"),
        "race": _words("奔跑 赛跑 竞赛 竞速 飞奔 狂奔 冲刺 赛 跑得飞快 飞快 快跑 比赛 追逐 赛龙舟 龙舟赛 划龙舟 争先恐后 飞驰 疾驰 疾跑 快速奔跑", "race, races, sprint, dash, gallop, rush, competition, compete, runs fast, run fast"),
    },
    "camera": {
        "still": _words("静止镜头 固定机位", "still camera, fixed camera, tripod shot"),
        "pan left": _words("镜头左移 向左摇镜 镜头往左", "pan left, pan to the left, camera pans to the left, panning left"),
        "pan right": _words("镜头右移 向右摇镜 镜头往右", "pan right, pan to the right, camera pans to the right, panning right"),
        "zoom in": _words("推近 镜头推进 特写 放大 镜头靠近 镜头拉近", "zooms in, close up, closeup, dolly in, push in, camera zooms in"),
        "zoom out": _words("拉远 镜头后退 缩小 扩大视野 全景 镜头慢慢拉远", "zooms out, pull back, dolly out, wide shot, camera zooms out"),
        "descend": _words("俯瞰 俯拍 航拍 镜头缓缓下降 摄像机下降 鸟瞰 镜头慢慢下降 缓缓下降 从高处俯瞰", "aerial view, aerial shot, bird's eye view, drone shot, drone footage, drone view, camera moves down, camera comes down, seen from above, view from above, descend, descending"),
    },
}  # fmt: skip

# words that may mean each of `names`; the context decides
AMBIGUOUS: list[dict[str, Any]] = [
    {"slot": "background", "names": ["snow mountains"], **_words("冬天 冬季 冬日", "winter, wintry")},
    {"slot": "background", "names": ["park", "trees"], **_words("树 大树 树木 树下", "tree, trees")},
    {"slot": "background", "names": ["starry night"], **_words("月亮 月光 月光下 月亮下 月下", "moon, moonlight, starlight")},
    {"slot": "subject", "names": ["family"], **_words("吃饭 吃 围坐 餐桌 聚餐 晚饭 晚餐", "dinner, supper, eat, dining table")},
    {"slot": "motion", "names": ["right", "left", "toward"], **_words("走 散步 走路 漫步 行走 走着 溜达 移动 游 游泳 游来游去 走动 穿过 骑", "walk, walks, stroll, wander, move, moves, go, swim, swims, swimming, march, moving, going, cross, sail, sails")},
    {"slot": "motion", "names": ["race", "run"], **_words("跑 跑步 跑来跑去 奔 赛车", "run, runs, jog, running")},
    {"slot": "background", "names": ["neon city", "festival street"], **_words("街道 街 街上 街头 大街上 马路 路上 街道两旁", "street, road, avenue, alley, sidewalk")},
    {"slot": "background", "names": ["starry night", "neon city"], **_words("夜晚 夜里 晚上 深夜 夜 夜色 夜景", "night, nighttime, midnight, evening")},
    {"slot": "background", "names": ["starry night", "sky"], **_words("天空 蓝天 天上 空中", "sky, skies")},
    {"slot": "subject", "names": ["woman"], **_words("她 她们", "she, her, herself")},
    {"slot": "subject", "names": ["lion dancer"], **_words("狮子 雄狮", "lion, lions")},
    {"slot": "camera", "names": ["descend", "zoom out", "still"], **_words("全景视角", "panorama, panoramic view")},
]  # fmt: skip

_BOATS = {"background": "river", "subject": "dragon boat", "motion": "race"}
_LIONS = {"background": "festival street", "subject": "lion dancer", "motion": "bounce"}
_TABLE = {"background": "festival street", "subject": "family", "motion": "play"}
# occasions that suggest a scene, the likeliest first
OCCASIONS: list[dict[str, Any]] = [
    {"scenes": [_BOATS, _LIONS, {"background": "festival street"}, {"background": "river"}], **_words("端午 端午节 端午节日气氛 端午节日 粽子 端阳", "dragon boat festival, duanwu")},
    {"scenes": [_TABLE, _LIONS, {"background": "festival street"}], **_words("团圆 团聚 除夕 除夕夜 大年夜 大年三十", "reunion, new year's eve dinner")},
    {"scenes": [_LIONS, _TABLE, {"background": "festival street"}], **_words("春节 过年 新年 新春 节日 元宵 元宵节 节日气氛 喜庆 春节场景 节庆 庆祝", "spring festival, chinese new year, new year, lunar new year, festival, festive, holiday, celebration, celebrate")},
]  # fmt: skip

# words for what the world does not have, and what is drawn `instead`
UNKNOWN: list[dict[str, Any]] = [
    {"slot": "subject", "instead": ["balloon man"], **_words("男人 男子 男孩 男生 小伙子 爷爷 大叔 叔叔", "man, men, boy, guy, old man, grandfather, gentleman")},
    {"slot": "subject", "instead": ["woman"], **_words("老人 奶奶 老奶奶 孩子 小孩 儿童 婴儿 行人 人 人们 人群 路人 老师 医生 警察 士兵 宇航员 舞者 歌手 阿姨 司机 机器人", "grandmother, child, kid, baby, pedestrian, people, person, crowd, teacher, doctor, police, soldier, astronaut, dancer, singer, driver, robot, knight, wizard")},
    {"slot": "subject", "instead": ["dog"], **_words("马 狼 狐狸 羊 牛 猪 鹿 骆驼 兔子 熊 熊猫 大熊猫 小熊 老鼠 松鼠 仓鼠 恐龙 刺猬 龙", "horse, wolf, fox, sheep, cow, pig, deer, camel, rabbit, bunny, bear, panda, mouse, squirrel, hamster, dinosaur, hedgehog, giraffe, zebra, dragon, unicorn")},
    {"slot": "subject", "instead": ["cat"], **_words("老虎 豹子 猎豹", "tiger, leopard, cheetah, panther")},
    {"slot": "subject", "instead": ["fish"], **_words("鲨鱼 鲸鱼 鲸 海豚 海龟 乌龟 章鱼 水母 企鹅 鸭子 海狮", "shark, whale, dolphin, turtle, octopus, jellyfish, penguin, duck, seal, crocodile")},
    {"slot": "subject", "instead": ["balloon"], **_words("鸟 小鸟 老鹰 鹰 凤凰 蝴蝶 飞机 直升机 火箭 飞船 宇宙飞船 太空船 风筝 无人机 飞碟 卫星 月球车", "bird, eagle, phoenix, butterfly, plane, airplane, helicopter, rocket, spaceship, spacecraft, kite, drone, ufo, satellite, bee")},
    {"slot": "subject", "instead": ["dragon boat"], **_words("轮船 邮轮 军舰 潜艇 汽车 车 跑车 卡车 火车 自行车 摩托车 公交车 坦克 车辆", "ship, cruise ship, submarine, car, truck, train, bicycle, bike, motorcycle, bus, tank, vehicle, taxi")},
    {"slot": "background", "instead": ["coast"], **_words("沙漠 戈壁 海底 水下", "desert, dunes, underwater, seabed")},
    {"slot": "background", "instead": ["starry night"], **_words("太空 宇宙 外太空 火星 月球 月球上 星球 行星 空间站 夕阳 日落 日出 黄昏 傍晚", "space, outer space, mars, moon surface, planet, universe, space station, sunset, sunrise, dusk, dawn")},
    {"slot": "background", "instead": ["park"], **_words("农场 田野 麦田 山谷 乡村 学校 体育场", "farm, wheat field, valley, countryside, school, stadium, volcano")},
    {"slot": "background", "instead": ["festival street"], **_words("厨房 客厅 卧室 餐厅 办公室 教室 商场 房间 咖啡馆 咖啡店 医院 图书馆 寺庙 宫殿", "kitchen, living room, bedroom, restaurant, office, classroom, mall, room, cafe, coffee shop, hospital, library, temple, palace")},
    {"slot": "background", "instead": ["old coast"], **_words("城堡 灯塔 村庄 教堂 桥 大桥", "castle, lighthouse, village, church, bridge, tower")},
    {"slot": "colour", **_words("黑 黑色 黑色的 绿 绿色 绿色的 橙 橙色 橙色的 橘 橘色 橘色的 粉 粉色 粉色的 粉红 粉红色 粉红色的 棕 棕色 棕色的 灰 灰色 灰色的 褐色 银色 银 彩色 彩虹色 翠绿", "black, green, orange, pink, brown, grey, gray, silver, rainbow, turquoise, beige")},
    {"slot": "motion", **_words("睡觉 坐 坐着 躺 躺着 站 站着 唱歌 看书 读书 写字 画画 哭 笑 打架 做饭 喝水 弹琴 开车 爬 爬树 潜水 降落 着陆 打篮球 踢足球 冲浪 滑雪 爆炸 打电话 打麻将 打太极 打扫", "sleep, sit, lie, stand, sing, read, write, paint, cry, laugh, fight, cook, drink, play guitar, play piano, drive, climb, dive, land, play basketball, play football, surf, ski, explode, swing, feed")},
    {"slot": "", **_words("靴子 手提包 包 太阳镜 墨镜 唇膏 口红 帽子 雨伞 伞 手机 电脑 吉他 钢琴 篮球 足球 花 玫瑰 雨 下雨 阳光 阳光明媚 晴天 多云 乌云 早上 清晨 春天 夏天 秋天 樱花 落叶 闪电 彩虹 火 烟花 面包 苹果 西瓜 蛋糕 咖啡 桌子 椅子 剑 枪 石头 书 麻将 鞋 眼镜 项链 头发 灯光 镜面 广告牌", "boots, handbag, bag, sunglasses, lipstick, hat, umbrella, phone, computer, guitar, piano, basketball, football, ball, flower, rose, rain, sunny, sunshine, cloudy, clouds, morning, spring, summer, autumn, cherry blossoms, lightning, rainbow, fire, fireworks, bread, apple, watermelon, cake, coffee, table, chair, sword, gun, stone, book, mahjong, shoes, glasses, necklace, hair, billboard, mirror, bone, banana, skateboard, bubble")},
]  # fmt: skip

# words for clothes, whose colour is that of the wearer (`names`)
CLOTHES: list[dict[str, Any]] = [
    {"names": ["woman"], **_words("裙子 裙 长裙 连衣裙 衣服 旗袍 外套 大衣 夹克 皮夹克 礼服 毛衣 衬衫 和服 汉服 上衣 雨衣 围巾 披风 毛衣 衣裳", "dress, skirt, gown, clothes, coat, jacket, leather jacket, qipao, sweater, shirt, kimono, robe, raincoat, cloak, scarf, suit, outfit")},
]  # fmt: skip

# what a thing becomes with one word more, wherever in the sentence that word is
COMPOUNDS: list[dict[str, Any]] = [
    {"slot": "background", "from": "coast", "to": "old coast", **_words("房子 老屋 建筑 建筑物 房屋 小镇", "houses, buildings, architecture, town")},
    {"slot": "subject", "from": "elephant", "to": "leaf elephant", **_words("树叶 叶子 绿叶", "leaf, leaves, foliage")},
    {"slot": "subject", "from": "balloon", "to": "balloon man", **_words("脑袋", "head, face")},
]  # fmt: skip
# what is drawn along with a name: a prompt that names both asks for nothing more
IMPLIED: dict[str, list[str]] = {
    "old coast": ["coast", "sky"],
    "left": ["run"],
    "right": ["run"],
    "toward": ["run"],
    "coast": ["sky"],
    "park": ["sky", "trees"],
    "jungle": ["trees"],
    "river": ["sky"],
    "snow mountains": ["sky"],
    "family": ["woman"],
    "leaf elephant": ["elephant"],
    "balloon man": ["balloon"],
    "festival street": ["neon city"],
    "dragon boat": ["river"],
}

# words that say nothing a picture could show
STOP_WORDS = _words(
    "镜头 摄像机 深 浅 淡 亮 绚丽 来到 开始 然后 特别 整个 每 美 好 真 小 大 老 长 新 巨大 小小 大大 美丽 漂亮 可爱 友善 友好 时尚 自信 随意 温暖 生动 宏伟 壮观 热闹 安静 快乐 开心 高兴 悠闲 慢慢 缓缓 慢慢地 轻轻 快速 飞快地 非常 很 看上去 看起来 中等 体型 "
    "中等体型 环境 气氛 氛围 节日 采用 拍摄 胶片 色彩 鲜艳 风格 潮湿 反光 形成 效果 展现 展现出 视角 周围 两旁 街道两旁 充满 携带 涂 戴 戴着 穿 穿着 涂着 一路 突然 高清 真实 写实 逼真 超清 电影 "
    "细节 光影 唯美 浪漫 神秘 古老 现代 传统 中国 中国风 动画片 画风 毛茸茸 胖胖的 胖 瘦 圆 圆圆的 高 矮 年轻 聪明 勇敢 孤独 请 生成 制作 一段 想要 想看 帮我 来 来一段 有 出现 看见 看 今天 美景 风景 景色 生活 故事 好看 精彩 激烈 温馨 欢快 优雅 优雅地 从容 认真 认真地 独自 一起 旁若无人 惬意 惬意地 俏皮 构成 做成 组成 由 用 成 对着",
    "out, off, camera, deep, pale, dazzling, starts, begins, then, also, looks, another, little, small, big, large, huge, tiny, giant, old, young, new, beautiful, pretty, lovely, nice, cute, friendly, stylish, fashionable, confident, confidently, casually, warm, vivid, magnificent, lively, quiet, happy, happily, slow, slowly, gently, quick, quickly, medium, sized, medium-sized, looking, environment, atmosphere, shot, film, colourful, colorful, style, wet, reflective, effect, view, surroundings, wearing, wears, suddenly, realistic, photorealistic, hd, 4k, movie, detail, detailed, light, romantic, mysterious, ancient, modern, traditional, chinese, fluffy, furry, fat, thin, round, tall, brave, clever, lonely, please, generate, make, create, show, want, see, appears, story, energetic, graceful, gracefully, alone, together, peaceful, playful, made, shiny, wide, long, wild, majestic, elegant, cheerful, calm, middle, top, joyful, joyfully, adorable, cold, bright, dark, one, just, all, being",
)
# words before what is with the subject and not the subject itself
ACCOMPANYING = _words(
    "拿着 抱着 牵着 带着 骑着 追着 举着 看着 携带着 追赶",
    "holding, carrying, riding, chasing, with, watching, pulling, near, beside, next to",
)
NEGATIONS = _words("没有 不要 无 别", "without, no, not, except")

STYLE_NAMES: dict[str, tuple[str, str]] = {
    "cartoon": ("卡通风格", "cartoon"),
    "illustration": ("插画风格", "flat illustration"),
    "cinematic": ("电影感", "cinematic"),
    "vivid": ("色彩鲜艳", "vivid colours"),
    "film": ("35mm胶片拍摄", "shot on 35mm film"),
    "cute": ("可爱", "cute"),
    "animation": ("动画", "animation"),
}

# what is drawn in the slots that a prompt leaves open, by what it does name
DEFAULTS: dict[str, dict[str, dict[str, str]]] = {
    "subject": {
        "dog": {"background": "park", "colour": "yellow", "motion": "right"},
        "monkey": {"background": "jungle", "colour": "yellow", "motion": "bounce"},
        "woman": {"background": "neon city", "colour": "red", "motion": "right"},
        "balloon": {"background": "coast", "colour": "red", "motion": "rise"},
        "fish": {"background": "river", "colour": "red", "motion": "left"},
        "elephant": {"background": "jungle", "colour": "blue", "motion": "right"},
        "dragon boat": {"background": "river", "colour": "red", "motion": "race"},
        "leaf elephant": {"background": "jungle", "colour": "yellow", "motion": "race"},
        "balloon man": {"background": "park", "colour": "yellow", "motion": "right"},
        "cat": {"background": "park", "colour": "white", "motion": "right"},
        "lion dancer": {"background": "festival street", "colour": "red", "motion": "bounce"},
        "family": {"background": "festival street", "colour": "red", "motion": "play"},
    },
    "motion": {
        "play": {"subject": "monkey", "background": "park"},
        "rise": {"subject": "balloon"},
    },
    "background": {
        "coast": {"subject": "dog"},
        "neon city": {"subject": "woman"},
        "jungle": {"subject": "monkey"},
        "park": {"subject": "dog"},
        "snow mountains": {"subject": "dog"},
        "festival street": {"subject": "lion dancer"},
        "river": {"subject": "dragon boat"},
        "foggy car park": {"subject": "dog"},
        "old coast": {"subject": "balloon", "motion": "rise"},
        "starry night": {"subject": "balloon", "motion": "rise"},
    },
}
# colours that a background has anyway: named there, they are not the subject's
NATURAL_COLOURS: dict[str, list[str]] = {
    "coast": ["blue", "yellow", "white"],
    "old coast": ["blue", "white", "yellow"],
    "river": ["blue"],
    "snow mountains": ["white"],
    "festival street": ["red", "yellow"],
    "neon city": ["red", "blue", "purple", "彩色"],
    "jungle": ["green", "绿", "绿色", "绿色的", "翠绿"],
    "park": ["green", "绿", "绿色", "绿色的", "翠绿"],
    "starry night": ["blue", "black", "黑", "黑色", "黑色的"],
    "foggy car park": ["white", "grey", "gray", "灰", "灰色"],
}
