"""A lambda that captures nothing, called in a loop where 64 bindings are visible."""

EXPECTED = 6_401_953


def run(n):
    v0 = n + 0
    v1 = n + 1
    v2 = n + 2
    v3 = n + 3
    v4 = n + 4
    v5 = n + 5
    v6 = n + 6
    v7 = n + 7
    v8 = n + 8
    v9 = n + 9
    v10 = n + 10
    v11 = n + 11
    v12 = n + 12
    v13 = n + 13
    v14 = n + 14
    v15 = n + 15
    v16 = n + 16
    v17 = n + 17
    v18 = n + 18
    v19 = n + 19
    v20 = n + 20
    v21 = n + 21
    v22 = n + 22
    v23 = n + 23
    v24 = n + 24
    v25 = n + 25
    v26 = n + 26
    v27 = n + 27
    v28 = n + 28
    v29 = n + 29
    v30 = n + 30
    v31 = n + 31
    v32 = n + 32
    v33 = n + 33
    v34 = n + 34
    v35 = n + 35
    v36 = n + 36
    v37 = n + 37
    v38 = n + 38
    v39 = n + 39
    v40 = n + 40
    v41 = n + 41
    v42 = n + 42
    v43 = n + 43
    v44 = n + 44
    v45 = n + 45
    v46 = n + 46
    v47 = n + 47
    v48 = n + 48
    v49 = n + 49
    v50 = n + 50
    v51 = n + 51
    v52 = n + 52
    v53 = n + 53
    v54 = n + 54
    v55 = n + 55
    v56 = n + 56
    v57 = n + 57
    v58 = n + 58
    v59 = n + 59
    v60 = n + 60
    v61 = n + 61
    v62 = n + 62

    def f(x):
        return x + 1

    i = 0
    sum = 0
    while i < n:
        sum = f(sum)
        i = i + 1
    return (
        sum
        + v0
        + v1
        + v2
        + v3
        + v4
        + v5
        + v6
        + v7
        + v8
        + v9
        + v10
        + v11
        + v12
        + v13
        + v14
        + v15
        + v16
        + v17
        + v18
        + v19
        + v20
        + v21
        + v22
        + v23
        + v24
        + v25
        + v26
        + v27
        + v28
        + v29
        + v30
        + v31
        + v32
        + v33
        + v34
        + v35
        + v36
        + v37
        + v38
        + v39
        + v40
        + v41
        + v42
        + v43
        + v44
        + v45
        + v46
        + v47
        + v48
        + v49
        + v50
        + v51
        + v52
        + v53
        + v54
        + v55
        + v56
        + v57
        + v58
        + v59
        + v60
        + v61
        + v62
    )


def main() -> int:
    return run(100000)
